/** Whether a number is prime. */
export function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

/**
 * The inverses of 1 … p−1 for a prime p (entry 0 is unused), from p = q·b + r:
 * the inverse of b is −q times the inverse of r, and r < b.
 */
export function inverseTable(p: number): Int32Array {
  const inverses = new Int32Array(p);
  inverses[1] = 1;
  for (let b = 2; b < p; b++) {
    const q = Math.floor(p / b);
    inverses[b] = ((p - q) * inverses[p % b]!) % p;
  }
  return inverses;
}
