// Steps through the frames of every player on the page. Without it, the page shows the frames marked "key".
for (const player of document.querySelectorAll(".player")) {
  const all = [...player.querySelectorAll(".frame")];
  const button = (name) => player.querySelector(`[data-go=${name}]`);
  const slider = player.querySelector("input");
  const counter = player.querySelector("output");
  const chooser = player.querySelector("select");
  const told = player.querySelector(".told");
  let frames = []; // of the chosen recording
  let current = 0;
  let timer = null;
  let cross = null; // where the reader's mark is, in parts of the picture, while a prediction is asked for

  function choose(recording) {
    frames = all.filter((frame) => frame.dataset.recording === recording);
    slider.max = frames.length - 1;
    show(0);
  }

  function show(wanted) {
    cross = null;
    player.querySelectorAll(".mark").forEach((mark) => mark.remove());
    current = Math.min(Math.max(wanted, 0), frames.length - 1);
    all.forEach((frame) => frame.classList.toggle("shown", frame === frames[current]));
    slider.value = current;
    counter.textContent = `${current + 1} of ${frames.length}`;
    slider.setAttribute("aria-valuetext", counter.textContent);
    player.classList.remove("asking");
    if (told) {
      told.textContent = "";
      button("predict").disabled = !asks();
    }
    if (current === frames.length - 1) pause();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    button("play").textContent = "Play";
  }

  function play() {
    show(current === frames.length - 1 ? 0 : current);
    timer = setInterval(() => show(current + 1), Number(player.dataset.milliseconds));
    button("play").textContent = "Pause";
  }

  // Prediction: the reader marks where the point will be, then sees the next frame with both.

  const place = (k) => (frames[k]?.dataset.place ? JSON.parse(frames[k].dataset.place) : null);
  const asks = () => {
    const [p, next] = [place(current), place(current + 1)];
    return p && next && (p.x !== next.x || p.y !== next.y);
  };
  const on = (log) => (log ? [Math.log10, (v) => 10 ** v] : [(v) => v, (v) => v]);
  const along = ([low, high], log, part) => on(log)[1](on(log)[0](low) + part * (on(log)[0](high) - on(log)[0](low)));
  const part = ([low, high], log, value) => (on(log)[0](value) - on(log)[0](low)) / (on(log)[0](high) - on(log)[0](low));

  function toData(p, [fx, fy]) {
    return [
      along(p.x_limits, p.x_log, (fx - p.left) / p.width),
      along(p.y_limits, p.y_log, 1 - (fy - p.top) / p.height),
    ];
  }

  function toPicture(p, [x, y]) {
    return [p.left + p.width * part(p.x_limits, p.x_log, x), p.top + p.height * (1 - part(p.y_limits, p.y_log, y))];
  }

  function distance(p, [x, y], [u, v]) {
    const [fx] = on(p.x_log);
    const [fy] = on(p.y_log);
    return Math.hypot(p.free === "y" ? 0 : fx(x) - fx(u), p.free === "x" ? 0 : fy(y) - fy(v));
  }

  // What the reader need not predict is known: there the mark stands where the point will be.
  const held = (p, [fx, fy]) => [p.free === "y" ? p.at[0] : fx, p.free === "x" ? p.at[1] : fy];

  function put(kind, [fx, fy]) {
    const mark = document.createElement("i");
    mark.className = `mark ${kind}`;
    mark.style.left = `${100 * fx}%`;
    mark.style.top = `${100 * fy}%`;
    frames[current].querySelector(".sight").append(mark);
    return mark;
  }

  function ask() {
    show(current);
    if (!asks()) return;
    player.classList.add("asking");
    told.textContent = `${player.dataset.question} Click there, or move the ring by the arrow keys and press Enter.`;
    aim(place(current).at);
  }

  function aim(where) {
    cross = held(place(current + 1), where).map((v) => Math.min(Math.max(v, 0), 1));
    player.querySelectorAll(".mark").forEach((mark) => mark.remove());
    put("guess", cross);
  }

  // A point, or the one of its numbers that is predicted.
  const said = (p, [x, y]) => ({ x: short(x), y: short(y) })[p.free] ?? `(${short(x)}, ${short(y)})`;
  const short = (value) => Number(value.toPrecision(3)).toString().replace("-", "−");

  function answer(where) {
    const before = place(current);
    const guess = toData(before, where);
    show(current + 1);
    const p = place(current);
    put("guess", held(p, toPicture(p, guess)));
    put("truth", p.at);
    const off = distance(p, guess, [p.x, p.y]);
    const step = distance(p, [before.x, before.y], [p.x, p.y]);
    const factor = (p.free === "y" && p.y_log) || (p.free === "x" && p.x_log);
    const far = (value) => (factor ? `a factor of ${short(10 ** value)}` : short(value));
    told.textContent =
      `You marked ${said(p, guess)}. It went to ${said(p, [p.x, p.y])}: ` +
      `off by ${far(off)}, where the step was ${far(step)}.`;
  }

  const go = {
    first: () => show(0),
    previous: () => show(current - 1),
    play: () => (timer ? pause() : play()),
    next: () => show(current + 1),
    last: () => show(frames.length - 1),
    predict: () => (cross ? show(current) : ask()),
  };
  const keys = { Home: "first", ArrowLeft: "previous", " ": "play", ArrowRight: "next", End: "last" };
  if (told) keys.p = "predict";
  const moves = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] };

  function act(name) {
    if (name !== "play") pause();
    go[name]();
  }

  player.addEventListener("click", (event) => {
    const name = event.target.dataset.go;
    if (name) act(name);
    if (cross && event.target.matches(".shown img")) {
      const box = event.target.getBoundingClientRect();
      answer([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    }
  });
  player.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target === slider || event.target === chooser) return;
    if (cross && (moves[event.key] || event.key === "Escape" || event.key === "Enter")) {
      event.preventDefault();
      if (moves[event.key]) aim(cross.map((v, k) => v + moves[event.key][k]));
      else if (event.key === "Enter") answer(cross);
      else show(current);
      return;
    }
    if ((event.key === " " && event.target.dataset.go) || !keys[event.key]) return;
    event.preventDefault();
    act(keys[event.key]);
  });
  slider.addEventListener("input", () => {
    pause();
    show(Number(slider.value));
  });
  chooser?.addEventListener("change", () => {
    pause();
    choose(chooser.value);
  });

  player.classList.add("live");
  choose("0"); // nothing moves before the reader asks for it
}
