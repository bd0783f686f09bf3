/** Recognises other file formats by their first bytes, and says what to do with such a file. */
const FOREIGN: readonly { readonly begins: readonly number[] | string; readonly is: string }[] = [
  {
    begins: 'PK\x03\x04',
    is:
      'a ZIP archive, as torch.save writes it (.pt, .pth), or NumPy (.npz). Save the tensors as safetensors, in Python: ' +
      'from safetensors.torch import save_file; save_file(torch.load("weights.pth", map_location="cpu"), "weights.safetensors") ' +
      '(of a whole model or checkpoint, its state_dict)',
  },
  {
    begins: [0x80],
    is:
      'a Python pickle, as older versions of torch.save write it (.pt, .pth, .pkl). Save the tensors as safetensors, in Python: ' +
      'from safetensors.torch import save_file; save_file(torch.load("weights.pth", map_location="cpu"), "weights.safetensors") ' +
      '(of a whole model or checkpoint, its state_dict)',
  },
  {
    begins: '\x93NUMPY',
    is: 'a NumPy array (.npy): one array without a name. Save all tensors as safetensors',
  },
  { begins: '\x89HDF', is: 'an HDF5 file, as Keras writes it. Save the tensors as safetensors' },
  { begins: 'GGUF', is: 'a GGUF file. Save the tensors as safetensors' },
  { begins: [0x1f, 0x8b], is: 'compressed with gzip. Unpack it first' },
  {
    begins: 'version https://git-lfs',
    is: 'a pointer of Git LFS, which stands for the file. Fetch the file itself: git lfs pull',
  },
  { begins: '<', is: 'a web page or XML, not the file it may have been named for. Download it again' },
];

/** Describes the kind of file `bytes` look like and what to do; undefined if no known format matches. */
export function describeForeignFile(bytes: Uint8Array): string | undefined {
  const beginsWith = (begins: readonly number[] | string): boolean => {
    const codes = typeof begins === 'string' ? Array.from(begins, (c) => c.charCodeAt(0)) : begins;
    return codes.every((code, i) => bytes[i] === code);
  };
  return FOREIGN.find(({ begins }) => beginsWith(begins))?.is;
}
