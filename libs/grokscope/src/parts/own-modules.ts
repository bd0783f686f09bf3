import { register } from 'node:module';

/*
 * Modules that a file of parts imports by name. A program is one bundled file; a file of parts that imports `grokscope`
 * would therefore load the library a second time, or not find it at all. So a program offers its own modules, and an
 * import of one of their names, from any file, resolves to them.
 */

type Module = Readonly<Record<string, unknown>>;
type Offer = () => Promise<Readonly<Record<string, Module>>>;

let offered: Offer | undefined;
let done: Promise<void> | undefined;

/**
 * Offers modules of this program under the names by which files of parts import them. Called once, at the program's
 * start.
 */
export const offerModules = (offer: Offer): void => {
  offered = offer;
};

/** The global property that holds the modules, for the sources that `hooks` serves. */
const PLACE = 'grokscope.modules';

/** Makes the offered modules importable by name; does nothing if this is no program. */
export function provideModules(): Promise<void> {
  done ??= provide();
  return done;
}

async function provide(): Promise<void> {
  if (offered === undefined) return;
  const modules = await offered();
  (globalThis as Record<symbol, unknown>)[Symbol.for(PLACE)] = modules;
  const sources = Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, sourceOf(name, Object.keys(module))]),
  );
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { sources } });
}

/** The source of a module that re-exports what `PLACE` holds. */
function sourceOf(name: string, exported: readonly string[]): string {
  const names = exported.filter((key) => key !== 'default');
  const from = `globalThis[Symbol.for(${JSON.stringify(PLACE)})][${JSON.stringify(name)}]`;
  return `export const { ${names.join(', ')} } = ${from};`;
}

/** Runs in a thread of Node's own; see "Customization Hooks" in Node's documentation of modules. */
const hooks = `
let sources = {};
export const initialize = (data) => { sources = data.sources; };
export const resolve = (specifier, context, next) =>
  Object.hasOwn(sources, specifier)
    ? { url: 'grokscope:' + specifier, shortCircuit: true }
    : next(specifier, context);
export const load = (url, context, next) =>
  url.startsWith('grokscope:')
    ? { format: 'module', source: sources[url.slice('grokscope:'.length)], shortCircuit: true }
    : next(url, context);
`;
