"""Official Python SDKs, unchanged, as clients: `clients.py SDK BASE KEY` prints what each of its cases came to, as JSON."""

import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

TEXT = "I am jo@example.org"
MESSAGES = [{"role": "user", "content": TEXT}]
FIND = {"type": "object", "properties": {"who": {"type": "string"}}}
FUNCTION = {"type": "function", "function": {"name": "find", "parameters": FIND}}


def failure(call):
    """The class of what a call raises, its status and its code."""
    try:
        call()
    except Exception as error:
        body = getattr(error, "body", None)
        inner = body.get("error", body) if isinstance(body, dict) else {}
        code = inner.get("code") or inner.get("type")
        return [type(error).__name__, getattr(error, "status_code", None), code]
    return None


def with_openai(base, key):
    from openai import OpenAI

    def client(with_key=key):
        return OpenAI(api_key=with_key, base_url=f"{base}/v1", max_retries=0)

    def ask(of, model="plain", **more):
        return of.chat.completions.create(model=model, messages=MESSAGES, **more)

    stream = ask(client(), stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    call = ask(client(), tools=[FUNCTION]).choices[0].message.tool_calls[0]
    return {
        "chat": ask(client()).choices[0].message.content,
        "stream": "".join(c.choices[0].delta.content or "" for c in chunks if c.choices),
        "usage": chunks[-1].usage.total_tokens,
        "tool": [call.function.name, json.loads(call.function.arguments)],
        "models": [model.id for model in client().models.list()],
        "wrong key": failure(lambda: ask(client("sk-wrong"))),
        "wrong model": failure(lambda: ask(client(), model="hidden")),
        "wrong body": failure(lambda: ask(client(), n="many")),
    }


def with_anthropic(base, key):
    from anthropic import Anthropic

    def client(with_key=key):
        return Anthropic(api_key=with_key, base_url=base, max_retries=0)

    def ask(of, model="plain", **more):
        return of.messages.create(model=model, max_tokens=100, messages=MESSAGES, **more)

    tools = [{"name": "find", "input_schema": FIND}]
    with client().messages.stream(model="plain", max_tokens=100, messages=MESSAGES) as stream:
        streamed = stream.get_final_message()
    call = ask(client(), tools=tools).content[0]
    return {
        "chat": ask(client()).content[0].text,
        "stream": streamed.content[0].text,
        "usage": streamed.usage.output_tokens,
        "tool": [call.name, call.input],
        "models": [model.id for model in client().models.list()],
        "wrong key": failure(lambda: ask(client("sk-wrong"))),
        "wrong model": failure(lambda: ask(client(), model="hidden")),
        "wrong body": failure(lambda: ask(client(), stream="yes")),
    }


def with_litellm(base, key):
    import litellm

    litellm.suppress_debug_info = True

    def ask(with_key=key, model="plain", **more):
        return litellm.completion(
            model=f"openai/{model}", api_base=f"{base}/v1", api_key=with_key, num_retries=0, messages=MESSAGES, **more
        )

    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    call = ask(tools=[FUNCTION]).choices[0].message.tool_calls[0]
    usages = [c.usage.total_tokens for c in chunks if getattr(c, "usage", None)]
    return {
        "chat": ask().choices[0].message.content,
        "stream": "".join(c.choices[0].delta.content or "" for c in chunks if c.choices),
        "usage": usages[-1],
        "tool": [call.function.name, json.loads(call.function.arguments)],
        "wrong key": failure(lambda: ask("sk-wrong"))[:2],
        "wrong model": failure(lambda: ask(model="hidden"))[:2],
    }


if __name__ == "__main__":
    _, sdk, base, key = sys.argv
    cases = {"openai": with_openai, "anthropic": with_anthropic, "litellm": with_litellm}[sdk](base, key)
    print(json.dumps(cases))
