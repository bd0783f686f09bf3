// Reading an instruction: i32 words at a byte address.

@inline
export function word(at: usize, i: i32): i32 {
  return load<i32>(at + (<usize>i << 2));
}

@inline
export function address(at: usize, i: i32): usize {
  return <usize>load<u32>(at + (<usize>i << 2));
}

@inline
export function real(at: usize, i: i32): f32 {
  return load<f32>(at + (<usize>i << 2));
}
