// The tabs of one form: `nav[data-tabs]` links to `section[data-tab]`s, of which one is shown. Without this all stand below each other.

const sections = () => [...document.querySelectorAll("section[data-tab]")];
const links = () => [...document.querySelectorAll("nav[data-tabs] a")];

const show = (section) => {
  sections().forEach((one) => (one.hidden = one !== section));
  links().forEach((link) => {
    if (link.hash === `#${section.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
};

const holding = (hash) => hash.length > 1 && document.getElementById(hash.slice(1))?.closest("section[data-tab]");

document.addEventListener("click", (event) => {
  const link = event.target.closest("nav[data-tabs] a, #errors a");
  const section = link && holding(link.hash);
  if (!section) return;
  show(section);
  if (link.closest("[data-tabs]")) {
    event.preventDefault();
    history.replaceState(history.state, "", link.hash);
  }
});

const first = () => sections().find((section) => section.querySelector(".is-wrong")) ?? holding(location.hash) ?? sections()[0];
const begin = () => sections().length && show(first() || sections()[0]);
begin();
document.addEventListener("htmx:afterSettle", (event) => event.detail.elt.querySelector?.("section[data-tab]") && begin());
