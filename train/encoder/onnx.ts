/** As much of the ONNX format (onnx.proto3, IR version 9) as a graph of known operators takes. */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8; }
message Opset { string domain = 1; int64 version = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated Value input = 11; repeated Value output = 12;
}
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated Attribute attribute = 5; string domain = 7;
}
message Attribute { string name = 1; float f = 2; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dim dim = 1; }
message Dim { int64 dim_value = 1; string dim_param = 2; }
`);

const FLOAT = 1;
/** Signed. */
const BYTE = 3;
const OPSET = 17;
const CONTRIBUTED = 'com.microsoft';
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

type Setting = number | { readonly float: number } | readonly number[];

/** A graph that grows node by node; what a node gives is called by a name. */
export class Graph {
  readonly #nodes: object[] = [];
  readonly #tensors: object[] = [];
  #count = 0;

  floats(name: string, dims: readonly number[], bytes: Uint8Array): string {
    return this.#tensor(name, dims, FLOAT, bytes);
  }

  bytes(name: string, dims: readonly number[], bytes: Uint8Array): string {
    return this.#tensor(name, dims, BYTE, bytes);
  }

  #tensor(name: string, dims: readonly number[], type: number, bytes: Uint8Array): string {
    this.#tensors.push({ name, dims, dataType: type, rawData: bytes });
    return name;
  }

  /** @param settings whole numbers, lists of them, or fractions as `{ float }` */
  node(op: string, inputs: readonly string[], settings: Readonly<Record<string, Setting>> = {}): string {
    return this.#node(op, '', inputs, settings);
  }

  /** An operator of ONNX Runtime's own. */
  contributed(op: string, inputs: readonly string[], settings: Readonly<Record<string, Setting>>): string {
    return this.#node(op, CONTRIBUTED, inputs, settings);
  }

  #node(
    opType: string,
    domain: string,
    input: readonly string[],
    settings: Readonly<Record<string, Setting>>,
  ): string {
    this.#count += 1;
    const name = `${opType}_${this.#count}`;
    const attribute = Object.entries(settings).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push({ input, output: [name], name, opType, attribute, domain });
    return name;
  }

  /** @param input of any number of rows @param output the node whose value is asked for, as it is called outside */
  finish(input: string, width: number, output: { readonly node: string; readonly name: string }): Uint8Array {
    this.#nodes.push({ input: [output.node], output: [output.name], name: 'last', opType: 'Identity' });
    const value = (name: string, dim: readonly object[]) => ({
      name,
      type: { tensorType: { elemType: FLOAT, shape: { dim } } },
    });
    const one = { dimValue: 1 };
    const Model = root.lookupType('Model');
    return Model.encode(
      Model.fromObject({
        irVersion: 9,
        producerName: 'sallyport',
        opsetImport: [
          { domain: '', version: OPSET },
          { domain: CONTRIBUTED, version: 1 },
        ],
        graph: {
          name: 'encoder',
          node: this.#nodes,
          initializer: this.#tensors,
          input: [value(input, [one, { dimParam: 'pieces' }, { dimValue: width }])],
          output: [value(output.name, [one, { dimParam: 'features' }])],
        },
      }),
    ).finish();
  }
}

function attributeOf(name: string, value: Setting): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE.int };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE.float };
  return { name, ints: value, type: ATTRIBUTE.ints };
}
