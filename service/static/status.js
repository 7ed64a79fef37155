"use strict";
/* Keeps the counts of the status page up to date, and works out from two of them how many articles are indexed a second. */
const counts = document.querySelector("[data-live]");
const rate = counts.querySelector("[data-rate]");
const pause = 3000; // milliseconds
let last = null;

const look = async () => {
  const answer = await fetch("/v1/stats", { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const stats = await answer.json();
  for (const place of counts.querySelectorAll("[data-count]")) {
    const value = stats[place.dataset.count] / (place.dataset.unit ?? 1);
    const digits = place.dataset.count === "lag_seconds" ? 1 : 0;
    place.textContent = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  const now = { at: performance.now(), done: stats.articles - stats.queued };
  if (last) {
    const perSecond = Math.max(0, now.done - last.done) * 1000 / (now.at - last.at);
    rate.textContent = perSecond.toLocaleString("en", { maximumFractionDigits: 1 });
  }
  last = now;
};

const again = async () => {
  if (!document.hidden) await look().catch(() => { rate.textContent = "no answer"; });
  setTimeout(again, pause);
};
again();
