// Spans count Unicode code points; JavaScript strings count UTF-16 units. This is the one place that converts.

/** Both conversions for one text; for a text without surrogate pairs they change nothing. */
export function offsetsOf(text) {
  if (!/[\ud800-\udbff]/.test(text)) return { toUnits: (point) => point, toPoints: (unit) => unit };
  const starts = []; // the unit at which each code point starts
  for (let unit = 0; unit < text.length; unit += text.codePointAt(unit) > 0xffff ? 2 : 1) starts.push(unit);
  starts.push(text.length);
  return { toUnits: (point) => starts[Math.min(point, starts.length - 1)], toPoints: (unit) => firstAtLeast(starts, unit) };
}

/** The part of a text a span of code points names. */
export function slice(text, span) {
  const { toUnits } = offsetsOf(text);
  return text.slice(toUnits(span.start), toUnits(span.end));
}

function firstAtLeast(ascending, wanted) {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
