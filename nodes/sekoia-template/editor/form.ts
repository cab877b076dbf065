import { makeDisclosure } from '../../../lib/editor/disclosure';
import { byId } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';
import { prepareOutputInput } from '../../../lib/editor/output-input';
import { checkTemplate, type TemplateProblem } from '../../../lib/template';
import { CodeEditor } from './code-editor';
import { makeFieldMenu } from './field-menu';
import { insertionFor } from './insertion';
import { preview } from './preview';
import { showProblems } from './problem-list';

/** Long enough not to report problems while the user is typing. */
const CHECK_AFTER_MS = 300;
const SMALLEST_EDITOR_PX = 120;
const SMALLEST_PREVIEW_PX = 80;
/** The preview's share of the height that it divides with the editor. */
const PREVIEW_SHARE = 0.4;

/** The open form. Only one is open at a time. */
let form: TemplateForm | undefined;

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  prepareOutputInput();
  form = new TemplateForm(node);
}

export function save(): void {
  form?.writeBack();
  close();
}

export function close(): void {
  form?.close();
  form = undefined;
}

export function resize(): void {
  form?.resize();
}

class TemplateForm {
  private readonly input = byId<HTMLInputElement>('node-input-template');
  private readonly missing = byId<HTMLSelectElement>('node-input-missing');
  private readonly editorBox = byId('sekoia-template-editor');
  private readonly previewText = byId('sekoia-template-preview-text');
  private readonly editor: CodeEditor;
  private timer: number | undefined;
  private hasPreview = false;

  constructor(private readonly node: EditorNode) {
    this.editor = new CodeEditor({
      elementId: this.editorBox.id,
      text: this.input.value,
      stateId: RED.editor.generateViewStateId('node', node, ''),
      onChange: () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.check(), CHECK_AFTER_MS);
      },
    });
    const insert = byId('sekoia-template-insert');
    RED.popover.tooltip($(insert), node._('sekoia-template.insert.tooltip'));
    makeFieldMenu(insert, ({ path }) => this.editor.insert(insertionFor(path, this.editor.beforeCursor)));
    const expand = byId('sekoia-template-expand');
    RED.popover.tooltip($(expand), RED._('node-red:common.label.expand'));
    expand.addEventListener('click', () => this.editor.expand());
    const previewButton = byId<HTMLButtonElement>('sekoia-template-preview-button');
    makeDisclosure(previewButton, true);
    previewButton.addEventListener('click', () => this.resize());
    $(this.missing).on('change', () => this.check());
    this.check();
  }

  /** Copies the text to the input from which Node-RED reads the property. */
  writeBack(): void {
    this.input.value = this.editor.text;
  }

  close(): void {
    window.clearTimeout(this.timer);
    this.editor.destroy();
  }

  /** Divides the height that the other rows leave between the code editor and the preview. */
  resize(): void {
    const rows = $('#dialog-form').first();
    let height = rows.height() ?? 0;
    rows.children('div').each((_, row) => {
      height -= $(row).outerHeight(true) ?? 0;
    });
    // A hidden element has no height.
    height += this.editorBox.offsetHeight + this.previewText.offsetHeight;
    const previewHeight = this.previewText.hidden ? 0 : Math.max(SMALLEST_PREVIEW_PX, height * PREVIEW_SHARE);
    this.previewText.style.height = `${previewHeight}px`;
    this.editorBox.style.height = `${Math.max(SMALLEST_EDITOR_PX, height - previewHeight)}px`;
    this.editor.resize();
  }

  private check(): void {
    const problems = checkTemplate(this.editor.text);
    this.editor.mark(problems);
    this.editorBox.classList.toggle('sekoia-template-invalid', problems.length > 0);
    showProblems(
      byId('sekoia-template-problems'),
      problems,
      { place: (problem) => this.place(problem), none: this.node._('sekoia-template.check.none') },
      (problem) => this.editor.goTo(problem),
    );
    this.showPreview(problems.length === 0);
    this.writeBack();
    // Makes Node-RED validate the form.
    $(this.input).trigger('change');
    this.resize();
  }

  private showPreview(isValid: boolean): void {
    if (!isValid) {
      // While the user is typing, the last preview stays.
      if (this.hasPreview) this.previewText.classList.add('sekoia-template-outdated');
      else this.previewText.textContent = this.node._('sekoia-template.preview.invalid');
      return;
    }
    this.hasPreview = true;
    this.previewText.classList.remove('sekoia-template-outdated');
    const { text, failed } = preview(this.editor.text, this.missing.value === 'fail' ? 'fail' : 'null');
    this.previewText.textContent = text;
    this.previewText.classList.toggle('sekoia-template-failed', failed);
  }

  private place({ line, column }: TemplateProblem): string {
    return this.node._('sekoia-template.check.place', { line, column });
  }
}
