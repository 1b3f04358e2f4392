// The control API: orders by POST, the state by a request that waits until something changed.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}

export async function post(platform, order, body) {
  const form = body instanceof FormData;
  return answer(
    await fetch(`/sim/${platform}/${order}`, {
      method: "POST",
      headers: form ? {} : { "Content-Type": "application/json" },
      body: form ? body : JSON.stringify(body),
    }),
  );
}

export async function traffic(after) {
  return (await answer(await fetch(`/sim/traffic?after=${after}`))).exchanges;
}

export async function travel(jump) {
  const body = JSON.stringify({ jump });
  return answer(await fetch("/sim/clock", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

export class Watch {
  // `views()`: the chats to look at, as `platform:account`.
  constructor(views, onState, onLost) {
    Object.assign(this, { views, onState, onLost, version: -1, stop: new AbortController() });
  }

  // Ask again at once, for other chats.
  again() {
    this.version = -1;
    this.stop.abort();
  }

  async run() {
    for (;;) {
      this.stop = new AbortController();
      try {
        const query = new URLSearchParams([["since", this.version], ...this.views().map((view) => ["view", view])]);
        const state = await answer(await fetch(`/sim/state?${query}`, { signal: this.stop.signal }));
        this.version = state.version;
        this.onState(state);
      } catch (error) {
        if (error.name === "AbortError") continue;
        this.version = -1;
        this.onLost(error);
        await new Promise((wake) => setTimeout(wake, 1500));
      }
    }
  }
}
