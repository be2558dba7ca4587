/** Marks the link of the panel that is being looked at. */
export function startNavigation(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a")];
  const mark = (id: string): void => {
    for (const link of links) {
      if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  // A band across the upper part of the window: the panel that crosses it is the one.
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) mark(target.id);
    },
    { rootMargin: "-25% 0px -70% 0px" },
  );
  for (const panel of document.querySelectorAll(".panel")) seen.observe(panel);
}
