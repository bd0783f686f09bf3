// The house's rules, in one place: ESLint enforces them and tools/house.test.ts checks the packages against them.

/**
 * Which rooms a room may import; the same table as in ARCHITECTURE.md.
 *
 * No room imports an app, and `tools` imports no room.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const libRooms = {
  base: [],
  schema: ['base'],
  formats: ['base'],
  tasks: ['base', 'schema'],
  parts: ['base', 'schema', 'tasks', 'model', 'optim'],
  graph: ['base'],
  engine: ['base', 'graph'],
  'engine-wasm': ['base', 'graph', 'engine'],
  'engine-gpu': ['base', 'graph', 'engine'],
  model: ['base', 'schema', 'graph'],
  optim: ['base', 'schema', 'graph'],
  interpret: ['base', 'schema', 'tasks', 'graph', 'engine', 'model'],
  training: ['base', 'schema', 'tasks', 'parts', 'graph', 'engine', 'model', 'optim', 'interpret'],
  experiments: ['base', 'schema', 'parts'],
  store: ['base', 'schema', 'formats'],
  figures: ['base', 'schema', 'tasks', 'parts'],
  grokscope: [],
};

const everyLib = Object.keys(libRooms);

/**
 * The whole table: libraries, apps and the rest.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const rooms = {
  ...libRooms,
  grokscope: everyLib.filter((room) => room !== 'grokscope'),
  runner: everyLib,
  server: everyLib,
  dashboard: everyLib.filter((room) => room !== 'store'),
  e2e: ['schema'],
  tools: [],
};

/** Rooms whose sources run unchanged in a page and must not use Node's modules (their tests may). */
export const portableRooms = [
  'base',
  'schema',
  'formats',
  'tasks',
  'parts',
  'graph',
  'engine',
  'model',
  'optim',
  'interpret',
  'training',
  'experiments',
  'figures',
  'dashboard',
];

/** RxJS begins in `training`; the rooms before it are plain functions. */
export const roomsWithoutRxjs = [
  'base',
  'schema',
  'formats',
  'tasks',
  'parts',
  'graph',
  'engine',
  'engine-wasm',
  'engine-gpu',
  'model',
  'optim',
  'interpret',
  'figures',
];

/** Kernels and the code they run are plain; `model` may use fp-ts to decode weights. */
export const roomsWithoutFpTs = ['graph', 'engine', 'engine-wasm', 'engine-gpu', 'optim'];
