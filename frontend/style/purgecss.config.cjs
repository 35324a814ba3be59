// Which rules of the style sheet stay: those whose classes and elements the pages name.
module.exports = {
  content: ["frontend/src/**/*.rs", "frontend/index.html"],
  keyframes: true,
};
