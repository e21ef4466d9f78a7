// The page itself: the search key, forms that send themselves, where the focus goes, what is read out. Every page works without this.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && plain && search && !typing(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    search.focus();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  event.target.closest("[data-dismiss]")?.closest("[data-notice]").remove();
});

// Forms that send themselves: at once when something is chosen, after a pause while one types.
let pause = 0;
const submitSoon = (form, delay) => {
  clearTimeout(pause);
  pause = setTimeout(() => form.isConnected && form.requestSubmit(), delay);
};
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-submit]") && event.target.type !== "search") submitSoon(form, 0);
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-submit]") && event.target.type === "search") submitSoon(form, 400);
});

// A second press while the first is under way does nothing; a form whose answer is a file is free again soon.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.pressed) return event.preventDefault();
  form.dataset.pressed = "1";
  setTimeout(() => delete form.dataset.pressed, 3000);
});

// Focus: the error summary or the dialog's heading takes it; what had it keeps it (htmx does that by id); it is never lost.
const takeFocus = (root) => {
  const wanted = root.querySelector?.("#errors") ?? root.querySelector?.("[autofocus]") ?? root.querySelector?.("[data-focus]");
  wanted?.focus();
  return Boolean(wanted);
};
takeFocus(document);
// An address with «#tab» makes the browser let go of the focus again when the page has loaded.
addEventListener("load", () => location.hash && document.activeElement === document.body && takeFocus(document));

let left = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  left = event.detail.target.contains(active) ? { id: active.id, target: event.detail.target.id } : null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  const spoken = root.matches?.("[data-announce]") ? root : root.querySelector?.("[data-announce]");
  if (spoken) announce(spoken.textContent.trim());
  if (takeFocus(root) || !left || document.activeElement !== document.body) return;
  const back = document.getElementById(left.id) ?? document.getElementById(left.target);
  if (!back) return;
  if (back.id !== left.id) back.setAttribute("tabindex", "-1");
  back.focus({ preventScroll: true });
});

const announce = (words) => {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
};

// What went wrong on the way is told where receipts are.
const tellFailure = () => {
  const failed = document.getElementById("failed");
  const notices = document.getElementById("notices");
  if (failed && notices) notices.replaceChildren(failed.content.cloneNode(true));
};
document.addEventListener("htmx:responseError", tellFailure);
document.addEventListener("htmx:sendError", tellFailure);
