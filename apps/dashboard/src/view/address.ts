/** The page's query string: `?run=<id>`, `?in-page=<preset>` with any number of `set=path=value`, or nothing. */
export type Address =
  | { readonly _tag: 'Newest' }
  | { readonly _tag: 'Run'; readonly runId: string }
  | { readonly _tag: 'InPage'; readonly order: Order };

/** A run as the start form requests it: a preset and changed settings, each `path=value`. */
export interface Order {
  readonly preset: string;
  readonly set: readonly string[];
}

/** The address of a query string. If both are named, a run in the page takes precedence over one on the server. */
export const addressOf = (search: string): Address => {
  const query = new URLSearchParams(search);
  const preset = query.get('in-page');
  if (preset !== null) return { _tag: 'InPage', order: { preset, set: query.getAll('set') } };
  const runId = query.get('run');
  return runId === null ? { _tag: 'Newest' } : { _tag: 'Run', runId };
};

/** The query string of an address, with its `?`; empty for the newest run. */
export const searchOf = (address: Address): string => {
  switch (address._tag) {
    case 'Newest':
      return '';
    case 'Run':
      return `?${new URLSearchParams({ run: address.runId })}`;
    case 'InPage': {
      const { preset, set } = address.order;
      return `?${new URLSearchParams([['in-page', preset], ...set.map((change) => ['set', change])])}`;
    }
    default:
      return address satisfies never;
  }
};
