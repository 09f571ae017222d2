/** @module Where something is: domains, URLs, images and their registries, mirrors; each with the rule that a refusal tells. */
import { z } from 'zod';
import { REGISTRY_HOST } from '../../constructs/system';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const COMPONENT = '[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*';
const PATH = `${COMPONENT}(/${COMPONENT})*`;
const PORT = ':[1-9]\\d{0,4}';
/** What has no dot, no port and is not `localhost` is no host but the first part of a path. */
const HOST = `(localhost(${PORT})?|${LABEL}(\\.${LABEL})+(${PORT})?|${LABEL}${PORT})`;
const TAG = ':\\w[\\w.-]{0,127}';
const DIGEST = '@sha256:[0-9a-f]{64}';

export const image = z
  .string()
  .max(512)
  .regex(
    new RegExp(`^(${HOST}/)?${PATH}((${TAG})?${DIGEST}|${TAG})$`),
    `must be an image with a tag or digest such as 'registry.example.com/team/name:1.4.2'`,
  );

/** Without a host it would be a path of Docker Hub. */
export const imageMirror = z
  .string()
  .max(255)
  .regex(
    new RegExp(`^${HOST}(/${PATH})?$`),
    `must be a registry's host, with a path where there is one, such as 'mirror.example.com:5000/hks'`,
  )
  .superRefine((text, { addIssue }) => {
    if (text !== REGISTRY_HOST && !text.startsWith(`${REGISTRY_HOST}/`)) return;
    const message = `must be another registry than the platform's own, which is pulled from it`;
    addIssue({ code: 'custom', message });
  });

/** A registry as image names have it, without a path. */
export const registryHost = z
  .string()
  .regex(
    new RegExp(`^${LABEL}(\\.${LABEL})*(${PORT})?$`),
    `must be a registry's host, with its port where it has one, such as 'registry.example.com:5000'`,
  );

export const releaseMirror = z
  .string()
  .min(1)
  .refine(
    isFolderOrUrl,
    `must be a folder, or a URL that begins with http://, https:// or file:///, such as '/srv/hks/releases'`,
  );

export const domain = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^(${LABEL}\\.)+(?!\\d+$)${LABEL}$`),
    `must be a domain name without a port such as 'functions.example.com'`,
  )
  .superRefine((text, { addIssue }) => {
    if (!/(^|\.)cluster\.local$/.test(text)) return;
    const message =
      'must not be cluster.local or below it, which is known inside of the cluster alone';
    addIssue({ code: 'custom', message });
  });

export const url = z
  .string()
  .regex(
    /^https?:\/\/[^\s/]+/,
    `must be a URL of http or https such as 'https://mirror.example.com/packages'`,
  );

function isFolderOrUrl(text: string): boolean {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme === undefined) return true;
  return /^(https?|file)$/i.test(scheme) && URL.canParse(text);
}
