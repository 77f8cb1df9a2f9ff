// Server-sent events read from a fetch body: needed because EventSource cannot send a question. Knows only the format.

/** Each event of a reply as {event, data}, data parsed from JSON. */
export async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  while (true) {
    const { done, value } = await reader.read();
    waiting += value ?? "";
    const blocks = waiting.split(/\r?\n\r?\n/);
    waiting = done ? "" : blocks.pop();
    for (const block of blocks) {
      const found = eventOf(block);
      if (found) yield found;
    }
    if (done) return;
  }
}

function eventOf(block) {
  let event = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}
