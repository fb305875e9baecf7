/** Figures, charts and what runs where, as they change. */
export function LivePage() {
  return <main>live</main>;
}
