/** What the circles show: so many of the drawn planes are of frequencies that stand out. */
export const circlesTitle = (standing: number): string =>
  standing >= 2 ? 'The numbers fall into circles' : 'The numbers, seen along their strongest waves';
