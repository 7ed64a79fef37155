# Two stages: the first installs and compiles, the second is Python and what came out of it.

FROM python:3.13-slim AS build
# Another package index, where the public one cannot be reached: docker build --build-arg PIP_INDEX_URL=…
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /opt/copytrail
WORKDIR /src
COPY requirements.lock .
RUN pip --python /opt/copytrail/bin/python install --require-hashes -r requirements.lock \
 && find /opt/copytrail/lib -type d -name tests -prune -exec rm -rf {} +
COPY pyproject.toml README.md LICENSE ./
COPY copytrail copytrail
COPY service service
COPY worker worker
COPY scraper scraper
RUN pip --python /opt/copytrail/bin/python install --no-deps .
# Machine code for any processor of the architecture, so that no container compiles at its start.
ENV NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR=/opt/copytrail/numba
RUN /opt/copytrail/bin/python -P -m copytrail.warmup

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Copytrail" org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin copytrail \
 && install --directory --owner copytrail /data
COPY --from=build /opt/copytrail /opt/copytrail
ENV PATH=/opt/copytrail/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR=/tmp/numba \
    COPYTRAIL_HOST=0.0.0.0 COPYTRAIL_DATA=/data
USER copytrail
EXPOSE 8080
# Numba uses its cache only where it may also write, and the root may be read-only.
ENTRYPOINT ["sh", "-c", "cp -rn /opt/copytrail/numba /tmp/ && exec copytrail \"$@\"", "copytrail"]
CMD ["serve"]
