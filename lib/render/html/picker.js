/* In the browser: picking something in the picture takes it away. The choice is the page's address, so that it can be linked
   and goes with the back button. Without this script the same links lead to the same cards. */
(() => {
  "use strict";
  const root = document.documentElement;
  const picture = document.querySelector(".picture");
  const whole = document.querySelector("[data-whole]");
  const back = document.querySelector("[data-back]");
  const said = document.querySelector("[data-said]");
  const picks = JSON.parse(document.getElementById("picks").textContent);
  const byId = new Map(picks.map((pick) => [pick.id, pick]));
  const cards = [...document.querySelectorAll(".loss")];
  const titles = new Map(cards.map((card) => [card, card.querySelector("[data-title]").textContent]));
  const each = (selector, use) => picture.querySelectorAll(selector).forEach(use);

  const pickOf = (hash) => {
    const id = decodeURIComponent(hash.slice(1));
    return byId.get(id) ?? picks.find((pick) => pick.card === id);
  };

  const show = (pick) => {
    const gone = new Set(pick?.gone);
    const down = new Set(pick?.down);
    picture.classList.toggle("picked", pick !== undefined);
    each("[data-element]", (element) => {
      const { element: id } = element.dataset;
      const roles = [...element.querySelectorAll("[data-tier]")];
      const left = element.querySelector("[data-left]");
      const idle = roles.length > 0 && roles.every((role) => down.has(role.dataset.tier));
      element.classList.toggle("gone", gone.has(id));
      element.classList.toggle("idle", idle && !gone.has(id));
      element.classList.toggle("partly", pick?.partly[id] !== undefined);
      if (element.dataset.pick) element.toggleAttribute("aria-current", false);
      if (left) left.textContent = pick?.partly[id] ?? "";
    });
    each("[data-tier]", (role) => role.classList.toggle("down", down.has(role.dataset.tier)));
    each(".line", (line) => line.classList.toggle("down", down.has(line.dataset.toTier)));
    each(".branch", (branch) => branch.classList.toggle("gone", gone.has(branch.dataset.of)));
    const served = pick === undefined || pick.served;
    picture.querySelector("[data-visitors]").classList.toggle("unserved", !served);
    picture.querySelector("[data-served]").textContent = served ? "are served" : "are not served";
    if (pick) picture.querySelector(`[data-pick="${pick.id}"]`).setAttribute("aria-current", "true");

    whole.hidden = pick !== undefined;
    back.hidden = pick === undefined;
    for (const card of cards) {
      const chosen = card.id === pick?.card;
      card.classList.toggle("chosen", chosen);
      card.querySelector("[data-title]").textContent = chosen ? pick.title : titles.get(card);
      if (chosen) card.querySelector("[data-takes]").textContent = pick.takes;
    }
    said.textContent = pick ? `${pick.title}. Visitors ${served ? "are" : "are not"} served.` : "";
  };

  const go = (hash, reveal) => {
    const pick = pickOf(hash);
    show(pick);
    if (pick && reveal) document.querySelector(".chosen .outcome").scrollIntoView({ block: "nearest" });
  };

  const choose = (hash) => {
    history.pushState(null, "", hash);
    go(hash, true);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const hash = link?.getAttribute("href");
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || !hash?.startsWith("#")) return;
    const pick = pickOf(hash);
    if (pick === undefined && link !== back) return;
    event.preventDefault();
    const again = link.getAttribute("aria-current") === "true";
    choose(again ? "#hive" : hash);
    if (link === back) picture.querySelector(".pickable").focus({ preventScroll: true });
    else if (!picture.contains(link)) document.getElementById("hive").scrollIntoView();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picture.classList.contains("picked")) choose("#hive");
  });
  addEventListener("popstate", () => go(location.hash, false));
  addEventListener("hashchange", () => go(location.hash, false));

  root.classList.add("script");
  go(location.hash, false);
})();
