// The one dialog: `a[data-dialog]` opens its page in it, forms in it answer in it, `[data-close]` closes it.

const dialog = () => document.getElementById("dialog");
const load = (verb, url, values) => htmx.ajax(verb, url, { target: "#dialog", swap: "innerHTML", values });
const plainClick = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-dialog]");
  if (opener && dialog() && plainClick(event)) {
    event.preventDefault();
    load("get", opener.href);
  }
  const closer = event.target.closest("[data-close]");
  if (closer && dialog()?.contains(closer)) {
    event.preventDefault();
    dialog().close();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !dialog()?.contains(form) || form.enctype === "multipart/form-data") return;
  event.preventDefault();
  load(form.method, form.getAttribute("action") || dialog().dataset.url, new FormData(form, event.submitter));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== dialog()) return;
  dialog().dataset.url = event.detail.xhr.responseURL;
  if (!dialog().open) dialog().showModal();
});

document.addEventListener(
  "close",
  (event) => {
    if (event.target === dialog()) dialog().replaceChildren();
  },
  true,
);
