/** @module What a SandboxBuilder says to props that it refuses. */
import { Testing } from 'cdk8s';
import { SandboxBuilder } from '../../../constructs/sandbox-builder';

export const OWNER = "of SandboxBuilder 'ai'";

/** The message of the refusal, or 'not refused'. */
export function refusalOf(props: object): string {
  try {
    new SandboxBuilder(Testing.app(), 'ai', { tenant: 'acme', ...props });
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}
