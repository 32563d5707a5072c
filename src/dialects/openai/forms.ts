/** Forms of parts: files that are kept, images that are changed, speech that is written down. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import type { AskedModel, FormText, FormView } from '../dialect.ts';
import { modelInPath } from '../reading/body.ts';
import { unknownFeature } from '../reading/features.ts';
import { type Form, fileForm, readParts } from '../reading/forms.ts';

export function readForm(operation: Operation, bytes: Uint8Array, contentType: string): FormView | Refusal {
  const form = readParts(bytes, contentType);
  if (isRefusal(form)) return form;
  const misspelled = form.fields.find(({ name }) => name !== name.toLowerCase());
  if (misspelled !== undefined) return invalid('A field is spelled in capitals.');
  if (operation.name === 'files.create') return readUpload(form);
  return operation.name === 'uploads.part' ? readPart(form) : readMedia(operation, form);
}

const PURPOSE = /^[a-z_]{1,32}$/;

function readUpload(form: Form): FormView | Refusal {
  const [file, ...more] = form.files;
  const purpose = form.textOf('purpose');
  if (file?.name !== 'file' || more.length > 0 || purpose === undefined)
    return invalid('The form needs a file and a purpose.');
  if (!PURPOSE.test(purpose)) return invalid('The purpose is malformed.');
  const others = form.fields.filter(({ name }) => name !== 'purpose').map(textField);
  return fileForm(file.content, purpose === 'batch' ? 'requests' : 'anything', others);
}

/** A piece of a file; files of requests do not come in pieces. */
function readPart(form: Form): FormView | Refusal {
  const [data, ...more] = form.files;
  if (data?.name !== 'data' || more.length > 0) return invalid('The form needs the data of the part.');
  return fileForm(data.content, 'anything', form.fields.map(textField));
}

const textField = ({ content }: Form['fields'][number]): FormText => ({ role: 'user', place: content });

/** Fields that are words of a fixed vocabulary, or numbers. */
const SETTINGS = new Set([
  'n',
  'size',
  'quality',
  'background',
  'output_format',
  'output_compression',
  'input_fidelity',
  'moderation',
  'partial_images',
  'response_format',
  'language',
  'temperature',
  'timestamp_granularities[]',
  'include[]',
  'chunking_strategy',
  'user',
]);
const TEXTS = new Set(['prompt', 'known_speaker_names[]']);

function readMedia({ name, pathModel }: Operation, form: Form): FormView | Refusal {
  const model = modelOf(form, pathModel);
  if (isRefusal(model)) return model;
  if (form.files.length === 0) return invalid('The form needs a file.');
  const stream = form.textOf('stream') ?? 'false';
  const copies = form.textOf('n') ?? '1';
  if (!/^(?:true|false)$/.test(stream)) return invalid('"stream" must be true or false.');
  if (!/^[1-9]\d{0,2}$/.test(copies) || Number(copies) > 128)
    return invalid('"n" must be a whole number from 1 to 128.');
  const media: readonly Feature[] = name.startsWith('images')
    ? ['image_input', 'image_output']
    : ['audio_input'];
  const unknown = form.fields.filter((field) => !KNOWN.has(field.name));
  return {
    model,
    stream: stream === 'true',
    features: [
      ...media.map((feature): FeatureUse => ({ feature })),
      ...(Number(copies) > 1 ? [{ feature: 'n' as const, amount: Number(copies) }] : []),
      ...unknown.map((field): FeatureUse => ({ feature: unknownFeature(field.name) })),
    ],
    objects: [],
    texts: form.fields.filter((field) => TEXTS.has(field.name) || !KNOWN.has(field.name)).map(textField),
    files: form.files.map(({ content }) => ({ holds: 'anything', place: content })),
  };
}

const KNOWN = new Set([...SETTINGS, ...TEXTS, 'model', 'stream']);

function modelOf(form: Form, pathModel: string | undefined): AskedModel | Refusal {
  const place = form.placeOf('model');
  const name = form.textOf('model');
  if (pathModel !== undefined)
    return modelInPath(pathModel, place === undefined ? [] : [{ name: name ?? '', place }]);
  if (place === undefined || name === undefined) return invalid('"model" is missing.');
  if (!/^[\x21-\x7e]{1,256}$/.test(name))
    return invalid('"model" must be a name of 1 to 256 printable ASCII characters.');
  return { name, places: [place] };
}

function invalid(detail: string): Refusal {
  return refuse('body_invalid', { detail });
}
