import { register } from 'node:module';

/*
 * What a file of parts imports by name. A program is one bundled file, so that a file of parts which imports `grokscope`
 * would load the library a second time, or not find it at all. A program therefore offers the modules it has: imports of
 * their names, from any file, give those.
 */

type Module = Readonly<Record<string, unknown>>;
type Offer = () => Promise<Readonly<Record<string, Module>>>;

let offered: Offer | undefined;
let done: Promise<void> | undefined;

/** Modules of this program, by the names under which files of parts import them. Called once, as a program begins. */
export const offerModules = (offer: Offer): void => {
  offered = offer;
};

/** Where the modules wait for the sources that `hooks` serves. */
const PLACE = 'grokscope.modules';

/** Makes what is offered importable by name; nothing where this is no program. */
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

/** A module that exports again what waits in `PLACE`. */
function sourceOf(name: string, exported: readonly string[]): string {
  const names = exported.filter((key) => key !== 'default');
  const from = `globalThis[Symbol.for(${JSON.stringify(PLACE)})][${JSON.stringify(name)}]`;
  return `export const { ${names.join(', ')} } = ${from};`;
}

/** Runs in a thread of Node's own; see "Customization Hooks" of its documentation of modules. */
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
