/** The contents of files, by the paths by which specs name them. */
export type Files = ReadonlyMap<string, Uint8Array>;
