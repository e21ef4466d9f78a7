// Somebody changed the calendar meanwhile: it is said, with «Vis»; nothing is drawn anew by itself, and never under a drag.

const EVERY = 30_000;
const AWAY = 10 * 60_000;
let used = Date.now();
["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, () => (used = Date.now()), { passive: true }));

const look = async () => {
  const calendar = document.getElementById("calendar");
  const said = document.getElementById("changed");
  if (!said?.hidden || document.hidden || Date.now() - used > AWAY) return;
  const { changes, tag } = calendar.dataset;
  const answer = await fetch(changes, { headers: { "If-None-Match": `"${tag}"` }, cache: "no-store", redirect: "error" }).catch(() => null);
  const same = calendar === document.getElementById("calendar") && calendar.dataset.changes === changes;
  if (answer?.status === 200 && same && !("busy" in calendar.dataset)) said.hidden = false;
};

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
