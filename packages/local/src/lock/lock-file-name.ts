const MAX_LENGTH = 180;

/** Turns a lock's name into a file name that is safe on all platforms; the suffix is the method's. */
export function lockFileName(name: string): string {
  const encoded = Array.from(new TextEncoder().encode(name), encodeByte).join('');
  if (encoded === '' || encoded.length > MAX_LENGTH)
    throw new Error(`Not a name for a lock: ${JSON.stringify(name)}`);
  // Windows keeps these names for devices, whatever suffix follows.
  if (!/^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(encoded)) return encoded;
  return percent(encoded.charCodeAt(0)) + encoded.slice(1);
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w-]/.test(character) ? character : percent(byte);
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
