/**
 * Answers requests as their work ends, not as they came. At most `atOnceMax` are in work or wait
 * to be taken: whoever takes no answers is read from no further. Ends when all are answered;
 * throws what `work` or the requests throw.
 */
export async function* inAnyOrder<Req, Res>(
  requests: AsyncIterable<Req>,
  work: (request: Req) => Promise<Res>,
  atOnceMax: number,
): AsyncGenerator<Res> {
  const desk = new Desk(requests[Symbol.asyncIterator](), work);
  while (true) {
    desk.readBelow(atOnceMax);
    const answer = desk.take();
    if (answer !== undefined) yield answer.value;
    else if (desk.isDone()) return;
    else await desk.changed();
  }
}

class Desk<Req, Res> {
  readonly #requests: AsyncIterator<Req>;
  readonly #work: (request: Req) => Promise<Res>;
  readonly #answers: { value: Res }[] = [];
  #inWork = 0;
  #reading = false;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(requests: AsyncIterator<Req>, work: (request: Req) => Promise<Res>) {
    this.#requests = requests;
    this.#work = work;
  }

  readBelow(atOnceMax: number): void {
    const busy = this.#inWork + this.#answers.length;
    if (!this.#reading && !this.#ended && busy < atOnceMax) void this.#readOne();
  }

  take(): { value: Res } | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#answers.shift();
  }

  isDone(): boolean {
    return this.#ended && this.#inWork === 0;
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #readOne(): Promise<void> {
    this.#reading = true;
    try {
      const { done, value } = await this.#requests.next();
      if (done) this.#ended = true;
      else void this.#answer(value);
    } catch (error) {
      this.#failure = { error };
    }
    this.#reading = false;
    this.#wake();
  }

  async #answer(request: Req): Promise<void> {
    this.#inWork += 1;
    try {
      this.#answers.push({ value: await this.#work(request) });
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#inWork -= 1;
    this.#wake();
  }
}
