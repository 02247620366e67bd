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
  /**
   * How long a connection without a request is kept. Proxies keep theirs for a minute,
   * and must not use one in the moment in which it is closed here.
   */
  keepAlive: 75_000,
  /** While the gateway stops: how often connections without a request are closed. */
  idleInterval: 100,
  /** How often the files of the certificate are looked at. */
  certificateInterval: 1_000,
} as const;
