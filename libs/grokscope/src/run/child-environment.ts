/**
 * The environment of a process that trains or inspects runs: that of this process without the server's token, which
 * such a process does not need, and which is easier to read there.
 */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { GROKSCOPE_TOKEN: _, ...others } = env;
  return others;
}
