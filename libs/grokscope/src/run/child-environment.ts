/**
 * The environment for a process that trains or looks around: that of this process without the server's token, which
 * such a process has no use for, and which more eyes can read there.
 */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { GROKSCOPE_TOKEN: _, ...others } = env;
  return others;
}
