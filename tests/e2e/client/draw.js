// Draws one card with Microsoft's renderer into #card; gives what it warned of and what does not fit.
window.draw = async (card, hostConfig) => {
  const { AdaptiveCard, HostConfig, SerializationContext, Versions } = AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownit().render(text);
    result.didProcess = true;
  };
  AdaptiveCards.CardElement.langProperty.regEx.lastIndex = 0; // a global pattern: it would refuse every second language
  const drawn = new AdaptiveCard();
  drawn.hostConfig = new HostConfig(hostConfig);
  const context = new SerializationContext(Versions.v1_5);
  drawn.parse(card, context);
  const warnings = [];
  for (let n = 0; n < context.eventCount; n++) warnings.push(context.getEventAt(n).message);
  for (const found of drawn.validateProperties().validationEvents) warnings.push(found.message);
  const place = document.getElementById("card");
  place.replaceChildren(drawn.render());
  for (const hidden of place.querySelectorAll("[style*='display: none']")) hidden.style.display = "block";
  await Promise.all([...place.querySelectorAll("img")].map((image) => image.decode()));
  const wide = [place, ...place.querySelectorAll("*")].filter(
    (element) => element.tagName !== "SELECT" && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1,
  );
  const cut = wide.map((element) => `${element.className}: ${element.innerText?.slice(0, 60)}`);
  const pen = document.createElement("canvas").getContext("2d");
  for (const input of place.querySelectorAll("input[placeholder]")) {
    const style = getComputedStyle(input);
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (input.clientWidth > 0 && pen.measureText(input.placeholder).width > room) cut.push(input.placeholder);
  }
  return { warnings, cut, text: place.innerText };
};
