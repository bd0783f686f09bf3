/** How many of the largest singular values it takes to hold a share of the sum of squares. */
export const directionsFor = (values: ArrayLike<number>, share: number): number => {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += (values[i] ?? 0) ** 2;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += (values[i] ?? 0) ** 2;
    if (sum >= share * total) return i + 1;
  }
  return values.length;
};

export const singularTitle = (W_E: ArrayLike<number>): string => {
  const count = directionsFor(W_E, 0.9);
  return `${count} of ${W_E.length} directions hold 90 % of the embedding`;
};
