// Signing in with a key, where the server asks for one. The key itself is not kept: the server sets a cookie that
// scripts cannot read, and gives the token that changes carry. Knows nothing of what is shown afterwards.

import { call, setToken } from "./api.js";
import { askKey } from "./dialogs.js";

/** Wait until whoever sits here may use the server. */
export async function signedIn() {
  let session = await call("GET", "v1/session");
  let wrong = false;
  while (session.required && !session.signed_in) {
    const key = await askKey(wrong);
    if (!key) continue;
    try {
      session = await call("POST", "v1/session", { key });
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      wrong = true;
    }
  }
  setToken(session.csrf_token);
}
