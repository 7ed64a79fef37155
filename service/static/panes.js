"use strict";
/* Two texts side by side scroll together: what stands at the reading line of one is brought to the same place in the
   other, as far as it has a counterpart there. Without this script each scrolls by itself. */
for (const panes of document.querySelectorAll("[data-linked]")) {
  const [left, right] = panes.querySelectorAll(".scroll");
  let followed = null;

  const rowsOf = (pane) => {
    const rows = new Map();
    for (const sentence of pane.querySelectorAll("[data-row]")) {
      if (!rows.has(sentence.dataset.row)) rows.set(sentence.dataset.row, []);
      rows.get(sentence.dataset.row).push(sentence);
    }
    return rows;
  };
  const rows = new Map([[left, rowsOf(left)], [right, rowsOf(right)]]);

  const show = (row) => {
    for (const sentence of panes.querySelectorAll(".current")) sentence.classList.remove("current");
    for (const pane of [left, right])
      for (const sentence of rows.get(pane).get(row) ?? []) sentence.classList.add("current");
  };

  const bring = (pane, row, place) => {
    const [sentence] = rows.get(pane).get(row) ?? [];
    if (!sentence) return;
    const top = pane.scrollTop + sentence.getBoundingClientRect().top - pane.getBoundingClientRect().top - place;
    const target = Math.max(0, Math.min(top, pane.scrollHeight - pane.clientHeight));
    if (Math.abs(target - pane.scrollTop) < 1) return;
    followed = pane;
    pane.scrollTop = target;
  };

  const follow = (pane, other) => {
    if (followed === pane) { followed = null; return; }
    const box = pane.getBoundingClientRect();
    const end = pane.scrollHeight - pane.clientHeight;
    const line = pane.clientHeight * (end > 0 ? pane.scrollTop / end : 0);
    let best = null, nearest = Infinity;
    for (const [row, [sentence]] of rows.get(pane)) {
      const distance = Math.abs(sentence.getBoundingClientRect().top - box.top - line);
      if (distance < nearest) { best = row; nearest = distance; }
    }
    if (best === null) return;
    const [sentence] = rows.get(pane).get(best);
    bring(other, best, sentence.getBoundingClientRect().top - box.top);
    show(best);
  };

  for (const [pane, other] of [[left, right], [right, left]]) {
    let waiting = false;
    pane.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(pane, other); });
    }, { passive: true });
    pane.addEventListener("click", (event) => {
      const sentence = event.target.closest("[data-row]");
      if (!sentence) return;
      bring(other, sentence.dataset.row, sentence.getBoundingClientRect().top - pane.getBoundingClientRect().top);
      show(sentence.dataset.row);
    });
  }
}
