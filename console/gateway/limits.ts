// Everything has a limit. Times are in milliseconds.

export const LIMITS = {
  /** What a page may send in one message. */
  requestBytes: 256 << 10,
  /** What a service may answer in one message; its own limit is 4 MiB. */
  answerBytes: 8 << 20,
  /** Calls under way. The next is refused, and can be made again. */
  calls: 200,
  connections: 500,
  /** Of a call that says nothing of it. */
  defaultTimeout: 15_000,
  maxTimeout: 60_000,
  /** How long a browser may take to send a request. */
  requestTimeout: 20_000,
  headerBytes: 16 << 10,
  /** How long calls under way may take once the gateway is to stop. */
  drain: 5_000,
} as const;
