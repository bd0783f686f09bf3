export async function fuzz() {
  return {};
}
