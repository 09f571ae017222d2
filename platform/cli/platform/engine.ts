/** @module What the verbs of the platform ask of Pulumi's engine. */

/** A run of the engine's, and who follows it. */
export interface EngineRun {
  /** What the engine says, as it says it. */
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  /** Each `abort` event is one interrupt: the first lets the engine end what it has begun, the second ends it. */
  readonly signal: AbortSignal;
  readonly colour: boolean;
  /** Resources at a time. @default 64 */
  readonly parallel?: number;
  /** A file of settings instead of the stack's own. */
  readonly settingsFile?: string;
}

/** What a stack holds. */
export interface StackContents {
  readonly isEmpty: boolean;
  /** The UIDs of namespaces `kube-system`: the clusters that its resources are in. */
  readonly clusters: readonly string[];
}

/** One stack. Each call throws an EngineFailure when the engine fails. */
export interface Engine {
  /** Whether there is the stack. */
  readonly exists: () => Promise<boolean>;
  /** What was made in it, as the last update left it. */
  readonly made: () => Promise<StackContents>;
  /** Makes the stack, with nothing in it. */
  readonly create: () => Promise<void>;
  /** The stack's settings, secrets in the clear: by key with its project, as text. */
  readonly settings: () => Promise<ReadonlyMap<string, string>>;
  /** Brings the settings of the last update to this machine. */
  readonly recallSettings: () => Promise<void>;
  /** Encrypts one setting in a file of settings. */
  readonly storeSecret: (path: string, value: string, settingsFile: string) => Promise<void>;
  readonly preview: (run: EngineRun) => Promise<void>;
  readonly up: (run: EngineRun) => Promise<void>;
  readonly previewDestroy: (run: EngineRun) => Promise<void>;
  readonly destroy: (run: EngineRun) => Promise<void>;
  /** What the stack tells; secrets as `[secret]` wherever they are, unless they are asked for. */
  readonly outputs: (showSecrets: boolean) => Promise<Readonly<Record<string, unknown>>>;
}

/** The engine ended with an error. */
export class EngineFailure extends Error {
  constructor(
    /** All that it said. */
    readonly said: string,
    /** Whether that is on the terminal already. */
    readonly isShown: boolean,
  ) {
    super(said.trim() || 'Pulumi ended with an error and said nothing.');
    this.name = 'EngineFailure';
  }
}
