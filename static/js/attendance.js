// A check-in list by keyboard: M is «Mødt», U is «Udeblevet», and both go on to the next citizen.

const KEYS = { m: "met", u: "no_show" };

const goOn = (row) => {
  const next = row.nextElementSibling;
  const wanted = next?.querySelector("input[type=radio]:checked") ?? next?.querySelector("input[type=radio]");
  wanted?.focus();
};

document.addEventListener("keydown", (event) => {
  const wanted = KEYS[event.key.toLowerCase()];
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!wanted || !plain || !event.target.matches("[data-check-in] input[type=radio]")) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  const choice = row.querySelector(`input[type=radio][value=${wanted}]`);
  choice.checked = true;
  choice.focus();
  goOn(row);
});
