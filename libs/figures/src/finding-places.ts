/** The position of a mark by its values, and the bounds within which it may move sideways. */
export interface MarkPlace {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

/** Marks that could not be placed side by side, so that their number has to be written. */
export interface MarkCrowd {
  readonly x: number;
  /** At the highest of them. */
  readonly y: number;
  readonly count: number;
}

/** The approximate width and height of marks in pixels. */
const MARK = 9;
/** Distances to try, from marks that do not touch to marks of which only an edge is visible. */
const PITCHES = [MARK, MARK / 2, MARK / 4];

/**
 * Places for the marks of one plot so that each is visible: marks at one position are placed side by side around it,
 * and a mark whose position is taken moves sideways, as little as possible and never out of its bounds; vertically each
 * stays at its value. Marks for which that leaves too little space overlap, and are returned as crowds.
 */
export const placeMarks = (
  marks: readonly MarkPlace[],
): { readonly xs: readonly number[]; readonly crowds: readonly MarkCrowd[] } => {
  const taken = new Neighbours();
  const crowded: Crowd[] = [];
  const wished = sideBySide(marks);
  const xs = marks.map((mark, i) => {
    for (const pitch of PITCHES) {
      const x = freePlace({ ...mark, x: wished[i]! }, pitch, taken);
      if (x === undefined) continue;
      taken.add(x, mark.y);
      if (pitch < MARK) join(crowded, mark);
      return x;
    }
    // More than can be distinguished: on top of others.
    join(crowded, mark);
    return wished[i]!;
  });
  for (const mark of marks) for (const crowd of crowded) if (isIn(crowd, mark)) crowd.members.push(mark);
  const crowds = crowded.map(({ x, members }) => ({
    x,
    y: Math.min(...members.map(({ y }) => y)),
    count: members.length,
  }));
  return { xs, crowds };
};

/** Marks at the same position, spread evenly around it as far as their bounds allow. */
const sideBySide = (marks: readonly MarkPlace[]): number[] => {
  const groups = new Map<string, number[]>();
  marks.forEach(({ x, y }, i) => {
    const key = `${x.toFixed(1)} ${y.toFixed(1)}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const wished = marks.map(({ x }) => x);
  for (const members of groups.values()) {
    const { x, left, right } = marks[members[0]!]!;
    const between = members.length - 1;
    const width = Math.min(between * MARK, 2 * Math.max(0, Math.min(x - left, right - x)));
    members.forEach((mark, i) => {
      wished[mark] = between === 0 ? x : x + (i / between - 0.5) * width;
    });
  }
  return wished;
};

interface Crowd {
  readonly x: number;
  readonly y: number;
  readonly members: MarkPlace[];
}

const isIn = (crowd: Crowd, { x, y }: MarkPlace): boolean =>
  Math.abs(crowd.y - y) < MARK && Math.abs(crowd.x - x) < MARK;

const join = (crowds: Crowd[], mark: MarkPlace): void => {
  if (!crowds.some((crowd) => isIn(crowd, mark))) crowds.push({ x: mark.x, y: mark.y, members: [] });
};

/** The free position nearest to a mark's own that keeps `pitch` from others; undefined if there is none. */
const freePlace = (
  { x, y, left, right }: MarkPlace,
  pitch: number,
  taken: Neighbours,
): number | undefined => {
  for (let i = 0; i * pitch <= Math.max(x - left, right - x); i++) {
    for (const at of i === 0 ? [x] : [x + i * pitch, x - i * pitch]) {
      if (at >= left && at <= right && taken.isFree(at, y, pitch)) return at;
    }
  }
  return undefined;
};

/** Occupied positions, looked up by location. */
class Neighbours {
  readonly #cells = new Map<string, [number, number][]>();

  add(x: number, y: number): void {
    const key = `${Math.floor(x / MARK)} ${Math.floor(y / MARK)}`;
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [[x, y]]);
    else cell.push([x, y]);
  }

  isFree(x: number, y: number, pitch: number): boolean {
    const [column, row] = [Math.floor(x / MARK), Math.floor(y / MARK)];
    for (let i = column - 1; i <= column + 1; i++)
      for (let j = row - 1; j <= row + 1; j++)
        for (const [u, v] of this.#cells.get(`${i} ${j}`) ?? [])
          if (Math.abs(u - x) < pitch - 1e-6 && Math.abs(v - y) < MARK) return false;
    return true;
  }
}
