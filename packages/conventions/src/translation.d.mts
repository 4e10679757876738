export function translationProblems(original: string, translation: string): string[];
