/** @module Which strings YAML reads back as themselves without quotes. */

/** What YAML 1.1, YAML 1.2 or Kubernetes's parser takes for a null, a boolean or a merge, in any case. */
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null|~|<<|=)$/i;
const LONGEST_WORD = 5;

/** What one of them takes for a number or a time. Kubernetes's parser overlooks every `_` of a number. */
const NUMBERS = new RegExp(
  [
    String.raw`^(?=.*[\d.])[-+]?[\d_]*(?:\.[\d_]*)?(?:e_*(?:[-+]_*)?\d[\d_]*)?$`,
    String.raw`^[-+]?_*0_*(?:b(?:[01_]+|_*[-+][01_]+)|o(?:[0-7_]+|_*[-+][0-7_]+)|x[\da-f_]+)$`,
    String.raw`^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$`,
    String.raw`^[-+]?\.(?:inf|nan)$`,
    String.raw`^\d{4}-\d\d?-\d\d?(?:[t ][-+:.\d z]*)?$`,
  ].join('|'),
  'i',
);

/** How a character of ASCII is taken in a plain scalar. */
const REFUSED = 0;
const TEXT = 1;
const SPACE = 2;
const COLON = 3;
const HASH = 4;
const INSIDE = new Uint8Array(128).fill(TEXT, 0x21, 0x7f);
INSIDE[0x20] = SPACE;
INSIDE[0x3a] = COLON;
INSIDE[0x23] = HASH;

/** With what a plain scalar begins: indicators do not, but for `-`, `?` and `:` before text. */
const FIRST = new Uint8Array(128).fill(TEXT, 0x21, 0x7f);
for (const indicator of `,[]{}#&*!|>'"%@\`-?:`) FIRST[indicator.charCodeAt(0)] = REFUSED;

/** Whether `text` needs no quotes as a key or a value in block style. */
export function isPlain(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first < 128 ? FIRST[first] !== TEXT && !isTextAfterDash(text, first) : !isLetter(first))
    return false;
  return isOneLineOfText(text) && !isAmbiguous(text, first);
}

/** `-x`, `?x` and `:x` are text; a document's marker is not. */
function isTextAfterDash(text: string, first: number): boolean {
  if (first !== 0x2d && first !== 0x3f && first !== 0x3a) return false;
  return text.length > 1 && text.charCodeAt(1) !== 0x20 && !text.startsWith('---');
}

/** Neither `: ` nor ` #`, nothing that ends in a colon or a blank, and only characters that stand for themselves. */
function isOneLineOfText(text: string): boolean {
  let before = TEXT;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? (INSIDE[code] ?? REFUSED) : isLetter(code) ? TEXT : REFUSED;
    if (kind !== TEXT) {
      if (kind === REFUSED) return false;
      if (kind === SPACE && before === COLON) return false;
      if (kind === HASH && before === SPACE) return false;
    }
    before = kind;
  }
  return before !== SPACE && before !== COLON;
}

/** Of the basic plane, but no control character, no line break of YAML 1.1 and no byte order mark. */
function isLetter(code: number): boolean {
  if (code < 0xd800) return code >= 0xa0 && code !== 0x2028 && code !== 0x2029;
  return code >= 0xe000 && code <= 0xfffd && code !== 0xfeff;
}

function isAmbiguous(text: string, first: number): boolean {
  if (text.length <= LONGEST_WORD && WORDS.test(text)) return true;
  const isNumeric =
    (first >= 0x2b && first <= 0x39 && first !== 0x2f) || first === 0x45 || first === 0x65;
  return isNumeric && (text.startsWith('...') || NUMBERS.test(text));
}
