// The admin API, as this page asks it. The token stays in this tab.

const key = "patchbay-admin-token";

/** What the host answered with an error, or that it did not answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let signingIn = null;

/** Asks the person for the token; one dialog at a time, however many calls were refused. */
function signIn() {
  signingIn ??= new Promise((resolve) => {
    const dialog = document.getElementById("sign-in");
    const field = document.getElementById("token");
    document.getElementById("refused").textContent = sessionStorage.getItem(key) ? "The host refused that token." : "";
    field.value = "";
    dialog.addEventListener(
      "close",
      () => {
        sessionStorage.setItem(key, field.value);
        signingIn = null;
        resolve();
      },
      { once: true },
    );
    dialog.showModal();
  });
  return signingIn;
}

async function send(method, path, body, type) {
  const token = sessionStorage.getItem(key);
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = type;
  try {
    return await fetch(path, { method, headers, body, cache: "no-store" });
  } catch {
    throw new ApiError(0, "the host does not answer");
  }
}

async function ask(method, path, body, type) {
  let reply = await send(method, path, body, type);
  while (reply.status === 401) {
    await signIn();
    reply = await send(method, path, body, type);
  }
  const text = await reply.text();
  if (reply.ok) return text;
  let message = text;
  try {
    message = JSON.parse(text).error ?? text;
  } catch {
    // not JSON: as it is
  }
  throw new ApiError(reply.status, message);
}

const parsed = (text) => (text ? JSON.parse(text) : {});

export const get = async (path) => parsed(await ask("GET", path));
export const getText = (path) => ask("GET", path);
export const post = async (path, body = {}) => parsed(await ask("POST", path, JSON.stringify(body), "application/json"));
export const remove = async (path) => parsed(await ask("DELETE", path));
export const upload = async (path, file) => parsed(await ask("PUT", path, file, "application/octet-stream"));

/** The same, or null where this host has no such endpoint, or is configured without. */
export async function getIfThere(path) {
  try {
    return await get(path);
  } catch (error) {
    if (error.status === 404 || error.status === 409) return null;
    throw error;
  }
}
