/** Models as `GET /v1/models` and `GET /v1/models/{model}` show them. */

/** The date and the owner are required by the clients' types; neither is ours to tell. */
function modelObject(name: string) {
  return { id: name, object: 'model', created: 0, owned_by: 'organization' };
}

export function listModels(names: readonly string[]): string {
  return JSON.stringify({ object: 'list', data: names.map(modelObject) });
}

export function describeModel(name: string): string {
  return JSON.stringify(modelObject(name));
}
