/** Looks at the weights each second: enough to see the circles move, while the run keeps its cores. */
const LOOKS_PER_SECOND = 3;
const LEAST_STEPS = 10;

/** Steps between two looks at the weights of a run of this speed: 1, 2 or 5 times a power of ten. */
export const watchEvery = (stepsPerSecond: number | null): number => {
  const wanted = (stepsPerSecond ?? 0) / LOOKS_PER_SECOND;
  if (!(wanted > LEAST_STEPS)) return LEAST_STEPS;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10) * power;
};
