/** The page's names for what an analysis may lack; what is not named here has no panel of its own. */
const NAMES: Readonly<Record<string, string>> = {
  keyFrequencies: 'waves and circles',
  spectra: 'waves and circles',
  restrictedLoss: 'restricted and excluded loss',
  excludedLoss: 'restricted and excluded loss',
  logitFit: 'the sum of cosines',
  neurons: 'the frequencies of neurons',
  attentionToTokens: 'heads and neurons over all pairs',
  logitAttribution: 'heads and neurons over all pairs',
};

/** What is not shown, and why: a sentence for each reason. */
export const absentWords = (absent: Readonly<Record<string, string>>): string[] => {
  const byReason = new Map<string, Set<string>>();
  for (const [measure, why] of Object.entries(absent)) {
    const name = NAMES[measure];
    if (name !== undefined) byReason.set(why, (byReason.get(why) ?? new Set()).add(name));
  }
  return [...byReason].map(([why, names]) => {
    const list = [...names];
    const last = list.pop() ?? '';
    const all = list.length > 0 ? `${list.join(', ')} and ${last}` : last;
    return `${all.charAt(0).toUpperCase()}${all.slice(1)}: ${why}.`;
  });
};
