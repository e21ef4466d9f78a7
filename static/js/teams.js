// The tree of teams: dragging (SortableJS), the keyboard on the handles, folding, and the team one stands at. Works without this by menu and buttons.

const tree = () => document.querySelector("[data-tree]");
const say = (text) => (document.getElementById("announcer").textContent = text);
const list = (item) => item.querySelector(":scope > ul");
const parent = (item) => item.parentElement.closest("li");
const line = (item) => item.querySelector(":scope > .r");
const index = (item) => [...item.parentElement.children].indexOf(item);

// Where a lifted team would land, in words: on the line itself and for screen readers.
const landing = (item) => {
  const before = item.previousElementSibling;
  const place = before ? tree().dataset.after.replace("%s", before.dataset.name) : tree().dataset.first;
  const words = tree().dataset.inside.replace("%s", parent(item).dataset.name) + place;
  line(item).dataset.landing = words;
  return words;
};

const send = (item) => {
  const values = { parent: parent(item).dataset.team, index: index(item) };
  const url = `${tree().dataset.base}${item.dataset.team}/move/`;
  const focus = `team-${item.dataset.team}`;
  htmx.ajax("post", url, { target: "#teams", swap: "outerHTML", values }).then(() => document.getElementById(focus)?.focus());
};

// What is refused stands where it stood: the tree is asked for again.
document.addEventListener("htmx:afterRequest", (event) => {
  const moved = event.detail.pathInfo?.requestPath?.endsWith("/move/") && event.detail.requestConfig.verb === "post";
  if (moved && event.detail.failed && tree()) htmx.ajax("get", location.href, { target: "#teams", swap: "outerHTML", select: "#teams" });
});

// The mouse: on the middle of a line the team lands below that one, at its edges beside it (the zones are in calendar.css).
let start = null;
const sort = (element) =>
  new Sortable(element, {
    group: "teams",
    handle: ".pl-grip",
    draggable: "li",
    animation: 120,
    fallbackOnBody: true,
    swapThreshold: 0.4,
    invertSwap: true,
    ghostClass: "is-landing",
    onStart: ({ item }) => {
      start = { parent: item.parentElement, index: index(item) };
      tree().classList.add("is-dragging");
    },
    onChange: ({ item }) => landing(item),
    onEnd: ({ item }) => {
      tree().classList.remove("is-dragging");
      delete line(item).dataset.landing;
      if (item.parentElement !== start.parent || index(item) !== start.index) send(item);
    },
  });

// The keyboard: space lifts and drops, the arrows move, Esc puts back.
let lifted = null;
const moves = {
  ArrowUp: (item) => item.previousElementSibling?.before(item),
  ArrowDown: (item) => item.nextElementSibling?.after(item),
  ArrowRight: (item) => item.previousElementSibling && list(item.previousElementSibling).append(item),
  ArrowLeft: (item) => parent(parent(item)) && parent(item).after(item),
};

const lift = (item) => {
  lifted = { item, place: item.parentElement, next: item.nextElementSibling };
  item.classList.add("is-landing");
  landing(item);
  say(tree().dataset.lifted.replace("%s", item.dataset.name));
};

const drop = (back) => {
  const { item, place, next } = lifted;
  lifted = null;
  item.classList.remove("is-landing");
  delete line(item).dataset.landing;
  if (back) place.insertBefore(item, next);
  const moved = item.parentElement !== place || item.nextElementSibling !== next;
  if (moved) send(item);
  else say(tree().dataset.dropped.replace("%s", item.dataset.name));
};

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-base] .pl-grip");
  if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " ") {
    event.preventDefault();
    if (lifted) drop(false);
    else lift(grip.closest("li"));
  } else if (lifted && event.key === "Escape") {
    event.preventDefault();
    drop(true);
    grip.focus();
  } else if (lifted && moves[event.key]) {
    event.preventDefault();
    moves[event.key](lifted.item);
    say(landing(lifted.item));
    grip.focus();
    grip.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("focusout", (event) => {
  if (lifted && event.target.closest(".pl-grip") && event.relatedTarget && !lifted.item.contains(event.relatedTarget)) drop(true);
});

// Folding; what was folded stays so when the tree is drawn again.
const folded = new Set();
const fold = (item, closed) => {
  list(item).hidden = closed;
  line(item).querySelector("button.pl-tog")?.setAttribute("aria-expanded", String(!closed));
};

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-tree] .pl-tog")?.closest("li");
  if (!item) return;
  const closed = !folded.delete(item.dataset.team);
  if (closed) folded.add(item.dataset.team);
  fold(item, closed);
});

// The menu of a row is drawn where it is asked for, from the one that they share.
const drawMenu = (row) => {
  const link = row?.querySelector("[data-acts]");
  if (!link) return null;
  const item = row.closest("li");
  const menu = document.getElementById("acts").content.firstElementChild.cloneNode(true);
  menu.querySelectorAll("[aria-label]").forEach((part) => part.setAttribute("aria-label", part.getAttribute("aria-label").replace("%s", item.dataset.name)));
  menu.querySelectorAll("a").forEach((act) => act.setAttribute("href", act.getAttribute("href").replace("%s", item.dataset.team)));
  if (!parent(item)) menu.querySelector("[data-below]").remove();
  link.replaceWith(menu);
  return menu;
};
const rowOf = (event) => event.target.closest?.("[data-tree] .r");

document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest("[data-acts]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    drawMenu(rowOf(event)).open = true;
  },
  true,
);
document.addEventListener("contextmenu", (event) => drawMenu(rowOf(event)), true);

// The team one stands at is where [Opret nyt team] puts the new one.
const stand = (event) => {
  const row = event.target.closest?.("[data-tree] .r:not(.pl-tt-hd)");
  const add = document.getElementById("add-team");
  if (!row || !add) return;
  tree().querySelector(".r.on")?.classList.remove("on");
  row.classList.add("on");
  add.search = `?after=${row.closest("li").dataset.team}`;
};
document.addEventListener("focusin", stand);
document.addEventListener("pointerdown", stand);

const begin = () => {
  if (!tree()) return;
  if (tree().dataset.base) tree().querySelectorAll("li ul").forEach(sort);
  tree().querySelectorAll("li").forEach((item) => folded.has(item.dataset.team) && fold(item, true));
};
begin();
document.addEventListener("htmx:afterSettle", (event) => event.detail.elt.id === "teams" && begin());
