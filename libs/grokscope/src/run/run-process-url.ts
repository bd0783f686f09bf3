/** The built entry point of a run in a process of its own, for `fork`; the same file from src and from dist. */
export const RUN_PROCESS_URL = new URL('../../build/run-process.js', import.meta.url);
