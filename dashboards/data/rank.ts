/** Items whose words all occur, best first: at the start of the name, then of a word, then anywhere. Without words, all as they are. */
export function rank<T>(items: readonly T[], text: string, nameOf: (item: T) => string): readonly T[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return items;
  const found = items.flatMap((item, index) => {
    const name = nameOf(item).toLowerCase();
    let score = 0;
    for (const word of words) {
      const at = name.indexOf(word);
      if (at < 0) return [];
      score += at === 0 ? 0 : /[\s_-]/.test(name.charAt(at - 1)) ? 1 : 2;
    }
    return [{ item, index, score }];
  });
  return found.sort((a, b) => a.score - b.score || a.index - b.index).map((each) => each.item);
}
