// @ts-check
import { newId } from "./ids.js";

// The messages of messages.py, definition_messages.py and page_messages.py; a test holds both sides equal.

/** @import { Model } from "./dom.js" */
/** @import { Completion } from "./code_completion.js" */
/** @import { JsonNode, Piece } from "./json_view.js" */

/** @typedef {{ kind: "pick", name: string }} PickAction */
/** @typedef {{ kind: "profile", name: string }} ChooseProfile */
/** @typedef {{ kind: "mode", name: string }} ChooseMode */
/** @typedef {{ kind: "allow", press: string, question: string, until: "once" | "minutes" | "restart", typed?: string }} Allow */
/** @typedef {{ kind: "ask" }} AskAgain */
/** @typedef {{ kind: "run", press: string, turn: number }} StartRun */
/** @typedef {{ kind: "ping" }} Ping */
/** @typedef {{ kind: "cancel" }} CancelRun */
/** @typedef {{ kind: "simulate", name: string }} Simulate */
/** @typedef {{ kind: "live" }} ShowLive */
/** @typedef {{ kind: "fix", id: string }} Fix */
/** @typedef {{ kind: "goto", line: number }} GoTo */
/** @typedef {{ kind: "secret", key: string, value: string, place?: "memory" | "env" | "keyring" }} SetSecret */
/** @typedef {{ kind: "account", name: string, value: string }} SetAccount */
/** @typedef {{ kind: "env", name: string, value: string }} SetEnv */
/** @typedef {{ action: string, pointer: string, text: string }} Link */
/** @typedef {{ page: string, number: number, action?: string }} EditId */
/** @typedef {{ kind: "entry", pointer: string, state: "value" | "unset" | "null" | "from" | "json", text: string, from?: Link | null, edit?: EditId | null }} Entry */
/** @typedef {{ kind: "item", pointer: string, op: "add" | "remove" | "move", index: number, to?: number, edit?: EditId | null }} ChangeItem */
/** @typedef {{ kind: "convert", pointer: string, to: "json" | "form", edit?: EditId | null }} ConvertEntry */
/** @typedef {{ kind: "choices" }} AskChoices */
/** @typedef {{ kind: "inputs", text: string, edit?: EditId | null }} SetInputs */
/** @typedef {{ kind: "preset", name: string, edit?: EditId | null }} UsePreset */
/** @typedef {{ kind: "save_example", name: string }} SaveExample */
/** @typedef {{ kind: "more", pointer: string, from: number }} More */
/** @typedef {{ kind: "more_text", from: number }} MoreText */
/** @typedef {{ kind: "rows", id: string, from: number }} ShowRows */
/** @typedef {{ kind: "why", pointer: string }} Explain */
/** @typedef {{ kind: "stage", name: string }} ShowStage */
/** @typedef {{ kind: "infer", replaces?: boolean }} Infer */
/** @typedef {{ kind: "save_case", name: string, replaces?: boolean }} SaveCase */
/** @typedef {{ kind: "accept", pointers: string[] }} Accept */
/** @typedef {{ kind: "declare", pointer: string, seq?: number, version?: number }} Declare */
/** @typedef {{ kind: "ignore", pointer: string, keep?: boolean }} Ignore */
/** @typedef {{ kind: "unignore", pointer: string }} Unignore */
/** @typedef {{ kind: "undo", toast?: number }} Undo */
/** @typedef {{ kind: "restore", id: string }} RestoreInputs */
/** @typedef {{ kind: "rerun", id: string, press: string, turn: number }} Rerun */
/** @typedef {{ kind: "compare", a: string, b: string }} CompareRuns */
/** @typedef {{ kind: "conflict", keep: "file" | "own" }} DecideConflict */
/** @typedef {{ kind: "draft", act: "restore" | "undo" | "discard" | "compare" | "dismiss" }} DecideDraft */
/** @typedef {{ kind: "search", text: string }} SearchRuns */
/** @typedef {{ kind: "copy", form: "curl" | "httpx" | "http" | "body" }} Copy */
/** @typedef {{ kind: "open_text" }} OpenText */
/** @typedef {{ kind: "edit_text", view: string, revision: number, version: number, start: number, removed: number, inserted: string }} EditText */
/** @typedef {{ kind: "undo_text", redo: boolean, seq?: number, version?: number }} UndoText */
/** @typedef {{ kind: "copy_text", version: number, start: number, end: number }} CopyText */
/** @typedef {{ kind: "complete", version: number, offset: number, explicit: boolean }} Complete */
/** @typedef {{ kind: "save", name?: string }} SaveText */
/** @typedef {{ kind: "put_part", seq: number, version: number, pointer: string, text: string, form?: "text" | "json" }} PutPart */
/** @typedef {{ kind: "put_input", seq: number, version: number, pointer: string, key: "type" | "required" | "default" | "description", text: string }} PutInput */
/** @typedef {{ kind: "rename_part", seq: number, version: number, pointer: string, name: string, confirmed: boolean }} RenamePart */
/** @typedef {{ kind: "add_part", seq: number, version: number, pointer: string, form: "text" | "json" | "object" | "array" }} AddPart */
/** @typedef {{ kind: "remove_part", seq: number, version: number, pointer: string }} RemovePart */
/** @typedef {{ kind: "convert_part", seq: number, version: number, pointer: string, form: "text" | "json" | "object" | "array" }} ConvertPart */
/** @typedef {{ kind: "paths" }} AskPaths */
/** @typedef {{ kind: "pick_path", seq: number, version: number, pointer: string, path: string }} PickPath */
/** @typedef {{ kind: "complete_part", pointer: string, offset: number }} CompletePart */
/** @typedef {{ kind: "about_template", pointer: string, index: number }} AskTemplate */
/** @typedef {{ kind: "fix_part", seq: number, version: number, pointer: string, id: string }} FixPart */
/** @typedef {{ kind: "files", path?: string }} ListFiles */
/** @typedef {{ kind: "new_action" }} NewAction */
/** @typedef {{ kind: "duplicate_action", name: string }} DuplicateAction */
/** @typedef {{ kind: "rename_action", name: string }} RenameAction */
/** @typedef {{ kind: "remove_action" }} RemoveAction */
/** @typedef {{ kind: "close_start" }} CloseStart */
/** @typedef {{ kind: "map_value", pointer: string }} MapValue */
/** @typedef {{ kind: "open_file", path: string }} OpenFile */
/** @typedef {{ kind: "open_draft", id: string }} OpenDraft */
/** @typedef {{ kind: "demo" }} OpenDemo */
/** @typedef {{ kind: "read_curl", text: string, read_id?: string }} ReadCurl */
/** @typedef {{ kind: "choose_inputs", inputs: string[], public?: string[] }} ChooseInputs */
/** @typedef {{ kind: "choose_app", app: string }} ChooseApp */
/** @typedef {{ kind: "forget_curl" }} ForgetCurl */
/** @typedef {{ kind: "create_action", name: string, secrets: "memory" | "env" | "keyring", app?: string }} CreateAction */
/**
 * What a person did, told to Python.
 * @typedef {DuplicateAction | RenameAction | RemoveAction | CloseStart | MapValue | ListFiles | NewAction | OpenFile | OpenDraft | OpenDemo | ReadCurl | ChooseInputs | ChooseApp | ForgetCurl | CreateAction | AskPaths | PutPart | PutInput | RenamePart | AddPart | RemovePart | ConvertPart | PickPath | CompletePart | AskTemplate | FixPart | OpenText | EditText | UndoText | CopyText | Complete | SaveText | PickAction | ChooseProfile | ChooseMode | Allow | AskAgain | StartRun | Ping | CancelRun | Simulate | ShowLive | Fix | GoTo | SetSecret | SetAccount | SetEnv | Entry | ChangeItem | ConvertEntry | AskChoices | SetInputs | UsePreset | SaveExample | More | MoreText | ShowRows | Explain | ShowStage | Infer | Accept | Declare | Ignore | Unignore | Undo | RestoreInputs | Rerun | CompareRuns | DecideConflict | DecideDraft | SearchRuns | Copy | SaveCase} Message
 */

/** @typedef {{ kind: "pong" }} Pong */
/** @typedef {{ kind: "focus", pointer: string }} Focus */
/** @typedef {{ kind: "reveal", leaf: string, target: string }} Reveal */
/** @typedef {{ kind: "mark", line: number }} MarkLine */
/** @typedef {{ kind: "toast", id: number, text: string, is_bad: boolean, can_undo: boolean }} ShowToast */
/** @typedef {{ kind: "question", press: string }} ShowQuestion */
/** @typedef {{ kind: "pressed", press: string }} PressTaken */
/** @typedef {{ kind: "chunk", pointer: string, from: number, nodes: [string | number, JsonNode][] }} Chunk */
/** @typedef {{ kind: "text", from: number, text: string }} TextChunk */
/** @typedef {{ kind: "rows", id: string, from: number, rows: any[] }} Rows */
/** @typedef {{ kind: "why", pointer: string, stages: any[] }} Explained */
/** @typedef {{ kind: "stage", name: string, node: any, depth: number }} StageValue */
/** @typedef {{ kind: "replacing", words: string, diff: string }} Replacing */
/** @typedef {{ kind: "case_exists", name: string, words: string }} CaseExists */
/** @typedef {{ kind: "case_saved", path: string }} CaseSaved */
/** @typedef {{ kind: "copied", form: string, text: string, variables: string[] }} Copied */
/** @typedef {{ kind: "whole_text", version: number, text: string, view: string, revision: number }} WholeText */
/** @typedef {{ kind: "text_edited", view: string, revision: number, version: number, start: number, removed: number, inserted: string, select: boolean }} TextEdited */
/** @typedef {{ kind: "undone", words: string }} Undone */
/** @typedef {{ kind: "completed", version: number, start: number, end: number, items: Completion[] }} Completed */
/** @typedef {{ kind: "part_done", seq: number, pointer: string, problem: string, places: { line: number, before: string, after: string }[], version: number }} PartDone */
/** @typedef {{ kind: "path_list", paths: { path: string, detail: string }[] }} PathList */
/** @typedef {{ kind: "completed_part", pointer: string, start: number, end: number, items: Completion[] }} CompletedPart */
/** @typedef {{ kind: "template_facts", pointer: string, index: number, piece: Partial<Piece> }} TemplateFacts */
/**
 * What Python tells the page beside the traits.
 * @typedef {Pong | PathList | PartDone | CompletedPart | TemplateFacts | WholeText | TextEdited | Undone | Completed | Focus | Reveal | MarkLine | ShowToast | ShowQuestion | PressTaken | Chunk | TextChunk | Rows | Explained | StageValue | Replacing | Copied | CaseExists | CaseSaved} PageMessage
 */

export const KERNEL_GONE = "Kernel disconnected. Run the cell again.";

/** What this page has sent to a kernel, by the key of the kernel. @typedef {Record<string, { page: string, number: number }>} SentMessages */

/**
 * Tell Python what a person did. Throws if there is no kernel: save_changes() would change only the page then,
 * and look alive.
 *
 * Each message to a kernel carries its number, to whichever leaf it goes: they may arrive in another order.
 * @param {Pick<Model, "get" | "send">} model
 * @param {Message} message
 */
export function send(model, message) {
  const kernel = model.get("_kernel");
  if (!kernel) {
    model.send(message);
    return;
  }
  // The code of each leaf has a copy of this function.
  const shared = /** @type {{ knbSentMessages?: SentMessages }} */ (globalThis);
  shared.knbSentMessages ??= {};
  const { page, number } = (shared.knbSentMessages[kernel] ??= { page: newId(), number: 0 });
  model.send({ ...message, sent: { page, number: number + 1 } });
  shared.knbSentMessages[kernel] = { page, number: number + 1 };
}

/**
 * Tell Python what a person did, or show in an element that there is no kernel, which every part around it hears
 * of too ("knb-kernel-gone"). Returns whether it was sent.
 * @param {Pick<Model, "get" | "send">} model
 * @param {Message} message
 * @param {HTMLElement} notice
 */
export function sendOrNotice(model, message, notice) {
  try {
    send(model, message);
    return true;
  } catch {
    notice.textContent = KERNEL_GONE;
    notice.dispatchEvent(new CustomEvent("knb-kernel-gone", { bubbles: true }));
    return false;
  }
}

/**
 * Call act with each message of a kind from Python, until the signal aborts.
 * @template {PageMessage["kind"]} K
 * @param {Pick<Model, "on" | "off">} model
 * @param {K} kind
 * @param {(message: Extract<PageMessage, { kind: K }>) => void} act
 * @param {AbortSignal} signal
 */
export function receive(model, kind, act, signal) {
  if (signal.aborted) return;
  /** @param {any} content */
  const take = (content) => {
    if (content?.kind === kind) act(content);
  };
  model.on("msg:custom", take);
  signal.addEventListener("abort", () => model.off("msg:custom", take), { once: true });
}
