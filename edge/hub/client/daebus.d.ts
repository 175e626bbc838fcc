/**
 * The browser's end of a Daebus service.
 *
 *     import { connect } from '/daebus.js';
 *
 *     const bus = connect();
 *     bus.subscribe('readings', (value, topic) => show(value, topic.age));
 *     bus.addEventListener('offline', () => grey());
 *     const { text } = await bus.call('greet', { name: 'Ann' });
 *
 * It runs in browsers, and in Node from version 22; in 20 with
 * --experimental-websocket. In React:
 *
 *     import { useEffect, useState } from 'react';
 *     import { connect } from '/daebus.js';
 *
 *     const bus = connect();
 *
 *     function useTopic(name) {
 *       const [seen, see] = useState({});
 *       useEffect(() => bus.subscribe(name, (value, topic) => see({ value, topic })), [name]);
 *       return seen;
 *     }
 *
 *     export function Temperature() {
 *       const { value, topic } = useTopic('climate');
 *       const [, tick] = useState(0);
 *       useEffect(() => {
 *         const timer = setInterval(() => tick((n) => n + 1), 1000);
 *         return () => clearInterval(timer);
 *       }, []);
 *       if (!value) return <p>…</p>;
 *       return <p className={topic.age > 5000 ? 'old' : ''}>{value.celsius} °C</p>;
 *     }
 *
 * @module
 */

/**
 * Connects to the service at url, and goes on for ever: a lost connection is
 * made anew after a random pause of at most two seconds, and at once when the
 * network is back or the page is looked at.
 *
 * @param url Where the WebSocket is: ws, wss, http or https. Relative to the
 * page; default "/ws".
 */
export function connect(url?: string): Bus;

/** One connection, made with {@link connect}. */
export class Bus extends EventTarget {
  private constructor(url: string);

  /** Whether there is a connection. A dead one is found out within ten seconds. */
  readonly online: boolean;

  /** Our name in the service, its own name, and the version of the page it has; "" when not known. */
  readonly peer: string;
  readonly service: string;
  readonly version: string;

  /**
   * Asks the service, and resolves to its answer. Without a connection the
   * question waits for one; one whose connection is lost is not asked again.
   * At most 256 wait at a time.
   *
   * It rejects with a {@link Failure} of the service's code, or of these:
   * `busy`, too many wait; `timeout`, there was no answer in time;
   * `unavailable`, the connection was lost, or not made in time.
   */
  call<Out = any, Step = any>(kind: string, data?: unknown, options?: {
    /** How long to wait, in ms; default 10,000. */
    timeout?: number;
    /** Is called with each report before the answer. */
    progress?: (step: Step) => void;
    /** Ends the wait with its reason. The service is not told. */
    signal?: AbortSignal;
  }): Promise<Out>;

  /**
   * Calls fn with the value of a topic, now if it is known, and with each that
   * follows. After a lost connection only what was missed is sent. Values are
   * shared between readers, and must not be changed.
   *
   * @returns ends the subscription.
   */
  subscribe<Value = any>(topic: string, fn: (value: Value, topic: Topic<Value>) => void): () => void;

  /**
   * Calls fn with what the service pushes under a kind.
   *
   * @returns ends that.
   */
  on<Data = any>(kind: string, fn: (data: Data) => void): () => void;

  /**
   * Publishes data on a channel of the bus that the service lets browsers reach.
   *
   * @returns whether it was sent: without a connection, or with a megabyte
   * waiting already, it is not. Whether it arrives is not known.
   */
  publish(channel: string, data: unknown): boolean;

  /** Ends the connection for good. Calls that wait are rejected. */
  close(): void;

  addEventListener<K extends keyof BusEvents>(type: K, listener: (event: BusEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

export interface BusEvents {
  /** The connection is there, for the first time or again. */
  online: Event;
  /** The connection is lost. */
  offline: Event;
  /**
   * The service has another version of the page than at first. Then the page is
   * reloaded, once for each version, unless this is cancelled with preventDefault.
   */
  update: Event;
  /** The service refused what nobody waits for: an unknown topic, a channel that is not for browsers. */
  error: CustomEvent<Failure>;
}

/** What is known of a topic. */
export interface Topic<Value = any> {
  readonly name: string;
  readonly value: Value;
  /** How long ago the value last changed, in ms by now. It grows by itself, and no clock of the service or the page has to be right. */
  readonly age: number;
  /** Another one means that the service started anew. */
  readonly epoch: string | undefined;
  /** Counts the changes of an epoch. */
  readonly seq: number | undefined;
}

/** An error that has a code: `invalid`, `not_found`, `denied`, `conflict`, `busy`, `timeout`, `unavailable` or `internal`. */
export class Failure extends Error {
  constructor(code: string, message: string);
  readonly code: string;
}
