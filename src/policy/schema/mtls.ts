/** Client certificates, and the identities of a service mesh. */
import type { z } from 'zod';
import { fields } from './forms.ts';

export const mtlsSchema = fields('a map of client certificates', {});

export const meshSchema = fields('a map with istio and linkerd', {});

export type MtlsConfig = z.output<typeof mtlsSchema>;
export type MeshConfig = z.output<typeof meshSchema>;
