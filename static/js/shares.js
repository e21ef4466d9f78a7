// What the two shares of a counsellor's time mean in hours, while they are typed. The server says the same when the page is fetched.

const QUARTERS = { 0: "", 15: "¼", 30: "½", 45: "¾" };

const hours = (minutes, { hour, minute }) => {
  const whole = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!whole && rest) return `${rest} ${minute}`;
  return rest in QUARTERS ? `${whole}${QUARTERS[rest]} ${hour}` : `${whole} ${hour} ${rest} ${minute}`;
};

const percent = (shares, name) => {
  const typed = Number(shares.querySelector(`[name=${name}]`).value);
  return Number.isInteger(typed) && typed >= 0 && typed <= 100 ? typed : null;
};

document.addEventListener("input", (event) => {
  const shares = event.target.closest?.("[data-shares]");
  const max = shares && percent(shares, "max_conversation_share");
  const automatic = shares && percent(shares, "automatic_share");
  if (!shares || max === null || automatic === null) return;
  for (const said of shares.querySelectorAll("[data-share]")) {
    const budgets = said.dataset.minutes.split(" ").map((minutes) => Math.floor((minutes * max) / 100));
    const wanted = said.dataset.share === "max" ? budgets : budgets.map((budget) => Math.floor((budget * automatic) / 100));
    said.textContent = hours(wanted.reduce((sum, minutes) => sum + minutes, 0), shares.dataset);
  }
});
