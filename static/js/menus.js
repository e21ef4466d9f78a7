// Menus are <details data-menu>: they open by themselves; here come the arrows, Esc, letters, and the right mouse button.

const MENUS = "details[data-menu]";
const items = (menu) => [...menu.querySelectorAll("[role=menuitem]")];

const place = (menu) => {
  const list = menu.querySelector("[role=menu]");
  list.classList.remove("pl-menu--up");
  list.classList.add("pl-menu--end");
  const box = list.getBoundingClientRect();
  if (box.left < 8) list.classList.remove("pl-menu--end");
  if (box.bottom > window.innerHeight && box.height < box.top) list.classList.add("pl-menu--up");
};

const close = (menu, refocus) => {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
};

const begin = (menu) => {
  document.querySelectorAll(`${MENUS}[open]`).forEach((other) => other !== menu && close(other));
  place(menu);
  items(menu)[0]?.focus();
};

document.addEventListener("toggle", (event) => event.target.matches?.(`${MENUS}[open]`) && begin(event.target), true);

document.addEventListener("click", (event) => {
  const inside = event.target.closest(MENUS);
  document.querySelectorAll(`${MENUS}[open]`).forEach((menu) => menu !== inside && close(menu));
  if (inside && event.target.closest("[role=menuitem]")) close(inside);
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(`${MENUS}[open]`);
  if (!menu) return;
  const found = items(menu);
  const here = found.indexOf(document.activeElement);
  const steps = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 };
  if (event.key in steps) {
    event.preventDefault();
    found.at(steps[event.key] % found.length)?.focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    close(menu, true);
  } else if (event.key === "Tab") {
    close(menu);
  } else if (event.key.length === 1) {
    found.find((item) => item.dataset.key?.toLowerCase() === event.key.toLowerCase())?.click();
  }
});

document.addEventListener("contextmenu", (event) => {
  const menu = event.target.closest("[data-context-menu]")?.querySelector(MENUS);
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  begin(menu); // at once: a key may follow before the menu has told that it is open
});
